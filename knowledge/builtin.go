package knowledge

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed entries
var builtin embed.FS

// BuiltinLibrary returns the entries that are part of the program. They are read once.
var BuiltinLibrary = sync.OnceValues(func() (*Library, error) { return Load(builtin) })

// Builtin returns the folder of entries that is part of the program.
func Builtin() fs.FS { return builtin }
