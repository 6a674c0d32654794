package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"github.com/spf13/viper"
)

// DefaultFile is read when no file is named and it is there.
const DefaultFile = "campaignbot.yaml"

// Limits on what is read into memory.
const (
	maxFile   = 1 << 20 // bytes of configuration
	maxSecret = 64 << 10
)

// Options say where Load looks.
type Options struct {
	File    string            // --config; it must exist
	Dir     string            // where DefaultFile is looked for when File is empty; "" is the working folder
	Environ []string          // NAME=value, as os.Environ returns it
	Flags   map[string]string // values of command-line flags by key, e.g. http.addr; only flags that were given
}

// Load reads the configuration and checks its shape. Its error is a Problems with everything that is wrong. The Config
// is never nil: beside an error it holds what could be read, for reports only.
func Load(o Options) (*Config, error) {
	r := &reader{env: environ(o.Environ), flags: o.Flags, origin: map[string]string{}, failed: map[string]bool{}}
	name, raw := r.file(o)
	tree := r.section(place{}, reflect.TypeFor[Config](), raw)
	r.layer(tree)

	v := viper.New()
	for _, s := range singles(reflect.TypeFor[Config](), "") {
		if value, problem := normal(s.field, s.def); s.def != "" && problem == nil {
			v.SetDefault(s.path, value)
		}
	}
	c := &Config{}
	err := v.MergeConfigMap(tree)
	if err == nil {
		err = v.UnmarshalExact(c)
	}
	if err != nil { // the tree was made to fit, so this is a mistake of ours; the text may hold a value
		r.add(place{}, "configuration", "does not fit", "report this as a bug")
	}
	c.File, c.problemAt = name, r.failed
	c.warnings = r.strangeVariables()
	found := c.validate()
	for i, p := range found {
		found[i] = p.setBy(r.origin[p.Path])
	}
	return c, Join(r.problems, found).Err()
}

// Warnings are things that are probably mistakes but do not stop the bot, such as a misspelt variable.
func (c *Config) Warnings() Problems { return c.warnings }

// file reads and parses the configuration file. It returns no name when there is none, and no content when it is bad.
func (r *reader) file(o Options) (name string, content map[string]any) {
	name = o.File
	if name == "" {
		name = filepath.Join(o.Dir, DefaultFile)
	}
	data, err := readLimited(name, maxFile)
	switch {
	case o.File == "" && errors.Is(err, fs.ErrNotExist):
		return "", nil
	case errors.Is(err, fs.ErrNotExist):
		r.problems = append(r.problems, Problem{Path: "--config", What: "there is no file " + name,
			Todo: "check the path; a relative one starts at the folder the bot is started in", Err: ErrNoFile})
		r.failed[""] = true
		return name, nil
	case err != nil:
		r.problems = append(r.problems, Problem{Path: name, What: readProblem(err), Todo: readRemedy(err)})
		r.failed[""] = true
		return name, nil
	}
	content, problems := parse(name, data)
	if problems != nil {
		r.problems = append(r.problems, problems...)
		r.failed[""] = true
	}
	return name, content
}

var (
	yamlLine      = regexp.MustCompile(`line ([0-9]+): `)
	yamlDuplicate = regexp.MustCompile(`line ([0-9]+): mapping key "(.*)" already defined at line ([0-9]+)`)
	yamlConstant  = regexp.MustCompile(`^(did not find|could not find|found|mapping keys|mapping values|block sequence) `)
	yamlDocument  = regexp.MustCompile(`^---(\s|$)`)
)

// parse reads YAML with viper's own codec, so that keys keep their case and their types. The texts of the YAML library
// may quote values; none of that is kept.
func parse(name string, data []byte) (map[string]any, Problems) {
	if hasSecondDocument(string(data)) {
		return nil, Problems{{Path: name, What: "holds a second document", Todo: "remove the line --- and what follows, or what stands before it"}}
	}
	content := map[string]any{}
	decoder, err := viper.NewCodecRegistry().Decoder("yaml")
	if err == nil {
		err = decoder.Decode(data, content)
	}
	if err == nil {
		return content, nil
	}
	text := err.Error()
	var problems Problems
	for _, m := range yamlDuplicate.FindAllStringSubmatch(text, -1) {
		problems = append(problems, Problem{Path: name + ":" + m[1], What: "the key " + showKey(m[2]) + " stands twice",
			Todo: "it is on line " + m[3] + " too; keep one"})
	}
	if problems != nil {
		return nil, problems
	}
	return nil, Problems{syntaxProblem(name, text)}
}

func syntaxProblem(name, text string) Problem {
	p := Problem{Path: name, What: "is not valid YAML",
		Todo: `check spaces and quotes near here; text that starts with *, &, @ or %, or holds ": ", needs quotes`}
	what := strings.TrimPrefix(text, "yaml: ")
	if strings.Contains(what, "cannot unmarshal") {
		return Problem{Path: name, What: "is not a YAML file of keys and values", Todo: "write lines like language: en"}
	}
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		p.Path, what = name+":"+m[1], strings.Replace(what, m[0], "", 1)
	}
	if yamlConstant.MatchString(what) { // the others quote the file
		p.What += ": " + what
	}
	return p
}

// hasSecondDocument finds a second YAML document, which the YAML library would drop silently.
func hasSecondDocument(text string) bool {
	content := false
	for line := range strings.Lines(text) {
		if yamlDocument.MatchString(line) {
			if content {
				return true
			}
			content = len(strings.TrimSpace(line)) > len("---")
			continue
		}
		trimmed := strings.TrimSpace(line)
		content = content || trimmed != "" && trimmed[0] != '#' && trimmed[0] != '%'
	}
	return false
}

var (
	errTooLarge = errors.New("too large")
	errFolder   = errors.New("is a folder")
)

func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errFolder
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, errTooLarge
	}
	return data, err
}

// readProblem says why a file cannot be read, without its name: somebody may have written the secret there.
func readProblem(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "names a file that does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	case errors.Is(err, errFolder):
		return "is a folder, not a file"
	case errors.Is(err, errTooLarge):
		return "is too large"
	}
	return "cannot be read"
}

func readRemedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "check the path; a relative one starts at the folder the bot is started in"
	case errors.Is(err, fs.ErrPermission):
		return "give the bot's user the right to read the file"
	}
	return "check the path"
}
