//go:build !linux && (desktop || bindings || dev)

package app

// WebView2 and WKWebView need none of this: they bring a dead page back, keep
// dialogs apart from the window's loop, can be quit from any thread, and keep their files in folders of their
// own.

func nameWindow() {}

func guardWebview(string) {}

func closeDialogs() {}

func quitWindow() bool { return false }
