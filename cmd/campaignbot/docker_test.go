//go:build unix

package main

import (
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"campaignbot/bot/localslack"
	"campaignbot/config"
)

// There is no Docker here. These tests read the Dockerfile, do its build step on what the image would be built from, and
// run the binary as the image would: alone in an empty root folder, as the image's user, in its environment.

// instruction is one instruction of a Dockerfile.
type instruction struct {
	name  string   // FROM
	flags []string // --from=build
	rest  string
}

func (i instruction) words() []string { return strings.Fields(i.rest) }

// list returns the words of an instruction in exec form, which needs no shell; nil when it is in shell form.
func (i instruction) list() (words []string) {
	if json.Unmarshal([]byte(i.rest), &words) != nil {
		return nil
	}
	return words
}

// dockerfile returns the stages of the Dockerfile, each with its FROM.
func dockerfile(t *testing.T) (stages [][]instruction) {
	t.Helper()
	text := regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(page(t, "Dockerfile"), "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		i := instruction{name: words[0]}
		for words = words[1:]; len(words) > 0 && strings.HasPrefix(words[0], "--"); words = words[1:] {
			i.flags = append(i.flags, words[0])
		}
		i.rest = strings.Join(words, " ")
		if i.name == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) > 0 {
			stages[len(stages)-1] = append(stages[len(stages)-1], i)
		}
	}
	if len(stages) != 2 {
		t.Fatalf("the Dockerfile has %d stages, want one that builds and one that runs", len(stages))
	}
	return stages
}

func named(stage []instruction, name string) (found []instruction) {
	for _, i := range stage {
		if i.name == name {
			found = append(found, i)
		}
	}
	return found
}

// copied returns what the build stage copies from the project.
func copied(t *testing.T) (sources []string) {
	t.Helper()
	for _, i := range named(dockerfile(t)[0], "COPY") {
		if words := i.words(); len(i.flags) == 0 {
			sources = append(sources, words[:len(words)-1]...)
		}
	}
	return sources
}

// ignored reports whether .dockerignore keeps a path out of the build.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	for pattern := range strings.Lines(page(t, ".dockerignore")) {
		pattern = strings.TrimSpace(pattern)
		anywhere, isDeep := strings.CutPrefix(pattern, "**/")
		for part := name; part != "."; part = path.Dir(part) {
			if ok, _ := path.Match(pattern, part); ok {
				return true
			}
			if ok, _ := path.Match(anywhere, path.Base(part)); ok && isDeep {
				return true
			}
		}
	}
	return false
}

func TestDockerfileCopiesWhatTheProgramNeeds(t *testing.T) {
	sources := copied(t)
	for _, s := range sources {
		if _, err := os.Stat(filepath.Join(top, s)); err != nil || ignored(t, s) {
			t.Errorf("COPY %s: %v, or it is ignored", s, err)
		}
	}
	root, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	const format = `{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{range .EmbedFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{if and .Module .Module.Main}}`+format+`{{end}}`, ".")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for file := range strings.Lines(string(out)) {
		rel, err := filepath.Rel(root, strings.TrimSpace(file))
		if err != nil {
			t.Fatal(err)
		}
		n++
		if folder, _, _ := strings.Cut(rel, "/"); !slices.Contains(sources, folder) || ignored(t, rel) {
			t.Errorf("%s is not in the image's build", rel)
		}
	}
	if n < 50 {
		t.Errorf("the program has only %d files:\n%s", n, out)
	}
}

func TestDockerfileKeepsSecretsOut(t *testing.T) {
	for _, name := range []string{"campaignbot.yaml", "campaignbot.db", "cmd/campaignbot/campaignbot.yaml", "cmd/campaignbot/campaignbot.db", ".git/config"} {
		if !ignored(t, name) {
			t.Errorf("%s would be sent to the build", name)
		}
	}
	secret := regexp.MustCompile(`(?i)token|secret|password`)
	for _, stage := range dockerfile(t) {
		for _, i := range append(named(stage, "ENV"), named(stage, "ARG")...) {
			if secret.MatchString(i.rest) {
				t.Errorf("%s %s stays in the image", i.name, i.rest)
			}
		}
	}
}

func TestDockerfileBuildsWithTheModulesGo(t *testing.T) {
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(page(t, "go.mod"))[1]
	if image := dockerfile(t)[0][0].words()[0]; !strings.HasPrefix(image+".", "golang:"+version+".") && !strings.HasPrefix(image+"-", "golang:"+version+"-") {
		t.Errorf("FROM %s, but go.mod says go %s", image, version)
	}
}

func TestDockerfileRunsTheBinaryAlone(t *testing.T) {
	final := dockerfile(t)[1]
	if from := final[0].words(); len(from) != 1 || from[0] != "scratch" {
		t.Errorf("FROM %v", from)
	}
	for _, name := range []string{"RUN", "SHELL", "ADD"} {
		if found := named(final, name); found != nil {
			t.Errorf("the image has no shell for %s %s", name, found[0].rest)
		}
	}
	for _, name := range []string{"ENTRYPOINT", "CMD"} {
		if found := named(final, name); len(found) != 1 || found[0].list() == nil {
			t.Errorf("want one %s in exec form: %v", name, found)
		}
	}
	user := named(final, "USER")
	if len(user) != 1 || !regexp.MustCompile(`^[1-9]\d+:[1-9]\d+$`).MatchString(user[0].rest) {
		t.Errorf("want one USER by number, not root: %v", user)
	}
	for _, c := range named(final, "COPY") {
		if c.flags[0] != "--from=build" {
			t.Errorf("COPY %v %s: only what was built belongs in the image", c.flags, c.rest)
		}
	}
	ports := strings.Join(named(final, "EXPOSE")[0].words(), " ")
	for _, k := range config.Describe() {
		if k.Path != "http.addr" && k.Path != "admin.addr" {
			continue
		}
		if _, port, _ := strings.Cut(k.Default, ":"); !strings.Contains(ports, port) {
			t.Errorf("EXPOSE lacks the port of %s, %s", k.Path, k.Default)
		}
	}
}

// builtVersion is what the image is built with, as --build-arg VERSION.
const builtVersion = "1.2.3-test"

// buildImage does the build step on a copy of what the Dockerfile copies, and returns the binary.
func buildImage(t *testing.T) string {
	t.Helper()
	source, binary := t.TempDir(), filepath.Join(t.TempDir(), "campaignbot")
	for _, s := range copied(t) {
		copyTree(t, s, source)
	}
	var step string
	for _, i := range named(dockerfile(t)[0], "RUN") {
		if strings.Contains(i.rest, "go build") {
			step = i.rest
		}
	}
	if !strings.Contains(step, "-o /out/campaignbot ") {
		t.Fatalf("no build step for /out/campaignbot: %q", step)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(step, "/out/campaignbot", "'"+binary+"'", 1))
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOFLAGS=", "VERSION="+builtVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", step, err, out)
	}
	return binary
}

func copyTree(t *testing.T, name, to string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(top, name), func(file string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, file)
		if err != nil || ignored(t, filepath.ToSlash(rel)) {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// container is the root folder of the image, and what runs in it.
type container struct {
	root, binary string
	alone        bool // in a root folder of its own, as another user; only root can do that
	user, group  uint32
	environ      []string
}

func newContainer(t *testing.T, binary string) *container {
	t.Helper()
	final := dockerfile(t)[1]
	c := &container{root: t.TempDir(), binary: binary}
	for i, id := range strings.Split(named(final, "USER")[0].rest, ":") {
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		*[]*uint32{&c.user, &c.group}[i] = uint32(n)
	}
	for _, i := range named(final, "ENV") {
		c.environ = append(c.environ, i.rest)
	}
	data := filepath.Join(c.root, named(final, "WORKDIR")[0].rest)
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.root, "campaignbot"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := errors.Join(os.Chmod(c.root, 0o755), os.Chown(data, int(c.user), int(c.group))); err != nil {
			t.Fatal(err)
		}
		c.alone = true
		var denied *os.PathError
		if err := c.command(t, nil, "version").Run(); errors.As(err, &denied) && errors.Is(err, syscall.EPERM) {
			c.alone = false // a root that may not change its root folder
		}
	}
	t.Logf("alone in its root folder: %v", c.alone)
	return c
}

// command is the entry point with arguments; without any, with the image's own.
func (c *container) command(t *testing.T, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	final := dockerfile(t)[1]
	if args == nil {
		args = named(final, "CMD")[0].list()
	}
	entry, work := named(final, "ENTRYPOINT")[0].list(), named(final, "WORKDIR")[0].rest
	cmd := exec.CommandContext(t.Context(), entry[0], append(entry[1:], args...)...)
	cmd.Cancel = func() error { return cmd.Process.Kill() }
	cmd.Env = append(slices.Clone(c.environ), environ...)
	cmd.Dir = work
	if c.alone {
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: c.root, Credential: &syscall.Credential{Uid: c.user, Gid: c.group}}
	} else {
		cmd.Path, cmd.Dir = filepath.Join(c.root, entry[0]), filepath.Join(c.root, work)
	}
	return cmd
}

func TestDockerImage(t *testing.T) {
	binary := buildImage(t)
	t.Run("the binary is static", func(t *testing.T) {
		f, err := elf.Open(binary)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
				t.Errorf("it has a %s segment", p.Type)
			}
		}
		if libraries, err := f.ImportedLibraries(); len(libraries) > 0 {
			t.Errorf("it needs %v (%v)", libraries, err)
		}
	})
	if runtime.GOOS != "linux" {
		return
	}
	c := newContainer(t, binary)
	for _, r := range []struct {
		name    string
		environ []string
		args    []string
		code    int
		want    string
	}{
		{"it says the version it was built as", nil, []string{"version"}, exitOK, "campaignbot " + builtVersion + "\n"},
		{"it answers", nil, []string{"ask", "--lang", "nl", "module", "wfserver"}, exitOK, "Draait hij?"},
		{"it finds nothing wrong", tokens, []string{"check"}, exitOK, "configuration: fine"},
		{"it says what is missing", nil, []string{"check"}, exitFound, "slack.bot_token"},
		{"it makes its store in the folder for data", nil, []string{"migrate"}, exitOK, "up to date"},
		{"it does not start without tokens", nil, nil, exitRefused, "SLACK_BOT_TOKEN"},
		{"it has the time zones", nil, []string{"check", "--config", "/data/zones.yaml"}, exitFound, "2 problems"},
	} {
		t.Run(r.name, func(t *testing.T) {
			writeFile(t, filepath.Join(c.root, "data", "zones.yaml"), "schedules:\n  - {id: a, cron: \"0 8 * * *\", time_zone: Europe/Amsterdam, channel: C0123456789, kind: digest}\n")
			if err := os.Chmod(filepath.Join(c.root, "data", "zones.yaml"), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := c.command(t, r.environ, r.args...)
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if code := cmd.ProcessState.ExitCode(); code != r.code || !strings.Contains(string(out), r.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, r.code, r.want, out)
			}
		})
	}
	t.Run("it serves, keeps its store, and ends when told to", func(t *testing.T) { serveInContainer(t, c) })
}

func serveInContainer(t *testing.T, c *container) {
	slack, err := localslack.New(localslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := slack.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	log := &logBuffer{}
	c.environ = slices.DeleteFunc(c.environ, func(e string) bool { return strings.HasPrefix(e, "CAMPAIGNBOT_ADMIN_ADDR=") })
	cmd := c.command(t, []string{
		"SLACK_BOT_TOKEN=" + slack.BotToken(), "SLACK_APP_TOKEN=" + slack.AppToken(), "CAMPAIGNBOT_SLACK_API_URL=" + slack.APIURL(),
		"CAMPAIGNBOT_ADMIN_ADDR=127.0.0.1:0",
	})
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := slack.AwaitConnections(within(t), 1); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("%v\n%s", err, log)
	}
	got, err := slack.Slash(within(t), ann, ops, "/campaign module wfserver")
	if err != nil || got.Message == nil || !strings.Contains(got.Message.Text, "Is it running?") {
		t.Errorf("%v %+v\n%s", err, got, log)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v\n%s", err, log)
	}
	if _, err := os.Stat(filepath.Join(c.root, "data", "campaignbot.db")); err != nil {
		t.Error(err)
	}
}
