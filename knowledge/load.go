package knowledge

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Load reads the entries of the folder entries/<kind>/<id>.yaml in fsys and checks them. The error joins every problem
// of every file, sorted by file and line; there is no library then.
func Load(fsys fs.FS) (*Library, error) { return LoadOver(fsys, nil) }

// LoadOver is Load with an operator's folder laid over it: an entry of the overlay, <kind>/<id>.yaml, replaces the one
// with the same id, and may leave out every language but English. A nil overlay is none.
func LoadOver(fsys, overlay fs.FS) (*Library, error) {
	library, problems := assemble(fsys, overlay)
	if len(problems) > 0 {
		return nil, Join(problems)
	}
	return library, nil
}

// draft is one entry as read, with what is needed to say where it is wrong.
type draft struct {
	Entry
	file    string
	places  places
	overlay bool
	broken  bool // parts could not be read: rules about missing parts would only repeat that
}

func assemble(fsys, overlay fs.FS) (*Library, []Problem) {
	pages, problems := readPages()
	digest := sha256.New()
	drafts, found := readFolder(fsys, "entries", false, digest)
	problems = append(problems, found...)
	if overlay != nil {
		over, found := readFolder(overlay, ".", true, digest)
		problems = append(problems, found...)
		drafts = layOver(drafts, over)
	}
	slices.SortFunc(drafts, byOrder)
	for _, d := range drafts {
		problems = append(problems, checkEntry(d)...)
	}
	problems = append(problems, checkReferences(drafts, pages)...)
	version := hex.EncodeToString(digest.Sum(nil))[:12]
	return newLibrary(drafts, pages, version), problems
}

// readFolder reads every <kind>/<id>.yaml below root.
func readFolder(fsys fs.FS, root string, overlay bool, digest io.Writer) ([]*draft, []Problem) {
	var drafts []*draft
	var problems []Problem
	walk(fsys, root, func(string) {}, func(name string, data []byte, err error) {
		if err != nil {
			problems = append(problems, Problem{File: name, Line: 1, Text: "cannot be read: " + cause(err)})
			return
		}
		_, _ = fmt.Fprintf(digest, "%s %d\n", name, len(data))
		_, _ = digest.Write(data)
		entry := &draft{file: name, overlay: overlay}
		found, wrong := readStrict(name, data, &entry.Entry)
		entry.places, entry.broken = found, len(wrong) > 0
		drafts, problems = append(drafts, entry), append(problems, wrong...)
	})
	return drafts, problems
}

// Scan looks at an operator's folder as LoadOver reads it: its folders, and a hash that changes whenever what can be read
// there does, right or wrong.
func Scan(overlay fs.FS) (folders []string, hash string) {
	digest := sha256.New()
	walk(overlay, ".", func(name string) { folders = append(folders, name) }, func(name string, data []byte, err error) {
		_, _ = fmt.Fprintf(digest, "%q %d %v\n", name, len(data), err)
		_, _ = digest.Write(data)
	})
	return folders, hex.EncodeToString(digest.Sum(nil))
}

// walk visits the folders below root, itself included, and every .yaml in them, read. Other files are left alone, so a
// folder may hold its own notes. What cannot be read comes with an error.
func walk(fsys fs.FS, root string, folder func(name string), file func(name string, data []byte, err error)) {
	var visit fs.WalkDirFunc
	visit = func(name string, d fs.DirEntry, err error) error {
		top := path.Dir(name) == root && name != root
		switch {
		case err != nil:
			file(name, nil, err)
		case name != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir // "..data", the hidden copy a mounted folder keeps
			}
		case d.IsDir():
			folder(name)
		case path.Ext(name) == ".yml":
			file(name, nil, errYML)
		case path.Ext(name) == ".yaml":
			data, err := fs.ReadFile(fsys, name)
			file(name, data, err)
		case top && d.Type()&fs.ModeSymlink != 0 && isFolder(fsys, name):
			return fs.WalkDir(fsys, name, visit) // a mounted folder's own folders are links into that copy
		}
		return nil
	}
	_ = fs.WalkDir(fsys, root, visit) // visit returns no other error
}

var errYML = errors.New("the name of an entry's file ends in .yaml")

func isFolder(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// cause leaves out the path of the machine that a file error repeats.
func cause(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Op + ": " + pathError.Err.Error()
	}
	return err.Error()
}

// layOver puts an operator's entries in the place of those below with the same id.
func layOver(below, over []*draft) []*draft {
	byID := map[string]*draft{}
	for _, d := range over {
		byID[d.ID] = d
	}
	kept := slices.DeleteFunc(below, func(d *draft) bool {
		by, ok := byID[d.ID]
		return ok && (by.broken || by.Kind == d.Kind) // one of another kind takes nothing's place: its id is taken
	})
	return append(kept, over...)
}

// byOrder puts the modules of the source table first, in its order, then runbooks by number, then the others by id.
func byOrder(a, b *draft) int {
	return cmp.Or(cmp.Compare(rank(a.ID), rank(b.ID)), cmp.Compare(a.place(), b.place()), cmp.Compare(a.ID, b.ID), cmp.Compare(a.file, b.file))
}

// place is the number of an entry, behind all numbers when it has none.
func (d *draft) place() int {
	if d.Number == 0 {
		return many
	}
	return d.Number
}

// Join returns one error that lists the problems, each once, sorted by file and line; nil when there are none.
func Join(problems []Problem) error {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	problems = slices.Compact(problems)
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}
