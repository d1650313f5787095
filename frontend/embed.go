// Package frontend holds the built page. `npm run build` fills dist; a fresh clone has only the
// placeholder dist/.gitkeep, so that the program builds without Node and then says how to build the page.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS is the root of the built page: index.html, assets/ and the icon. Without a build it holds .gitkeep alone.
func FS() fs.FS {
	root, err := fs.Sub(dist, "dist")
	if err != nil { // "dist" is a constant and valid path: cannot happen
		panic(err)
	}
	return root
}
