//go:build !linux && (desktop || bindings || dev)

package app

// WebView2 and WKWebView bring a dead page back and keep dialogs apart from the
// window's own loop.
func guardWebview(string) {}

func closeDialogs() {}
