//go:build desktop || bindings || dev

package app

import (
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed window_bootstrap.html
var bootstrapHTML string

// bootstrapHandler serves the window's first page, the only one that Wails
// serves. It looks whether the server at url answers and moves on to it with
// the token in the fragment; if not, it says what can be done, where WebKit
// would show an error page of its own.
func bootstrapHandler(url, token string) http.Handler {
	page := template.Must(template.New("bootstrap").Parse(bootstrapHTML))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		// An error here is a window that was closed while it loaded.
		_ = page.Execute(w, struct{ URL, Token string }{url, token})
	})
}
