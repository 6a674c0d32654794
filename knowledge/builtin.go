package knowledge

import (
	"embed"
	"io/fs"
)

//go:embed entries
var builtin embed.FS

// Builtin returns the folder of entries that is part of the program.
func Builtin() fs.FS { return builtin }
