//go:build linux && (desktop || bindings || dev)

package app

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <stdlib.h>
#include <string.h>
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

// Addresses that the window may show: Wails' bootstrap page and our server.
static const char *bootstrap = "wails://wails/";
static char *server; // "http://127.0.0.1:PORT/"

static GtkWidget *find_webview(GtkWidget *widget) {
	if (WEBKIT_IS_WEB_VIEW(widget)) return widget;
	if (!GTK_IS_CONTAINER(widget)) return NULL;
	GtkWidget *found = NULL;
	GList *children = gtk_container_get_children(GTK_CONTAINER(widget));
	for (GList *c = children; c != NULL && found == NULL; c = c->next) found = find_webview(c->data);
	g_list_free(children);
	return found;
}

// WebKit keeps its own files under the program's name, which is where our data
// directory is by default; so the window has a name of its own. Desktops find
// its icon by the same name: projectlogs-window.desktop.
static void name_window(void) { g_set_prgname("projectlogs-window"); }

// The page's process died: without this the window shows a dead picture.
static void page_process_gone(WebKitWebView *view, WebKitWebProcessTerminationReason why, gpointer unused) {
	const char *uri = webkit_web_view_get_uri(view);
	char *to = NULL;
	if (uri != NULL && g_str_has_prefix(uri, server))
		to = g_uri_escape_string(uri + strlen(server) - 1, NULL, FALSE);
	char *again = g_strconcat(bootstrap, to != NULL ? "?to=" : "", to, NULL);
	webkit_web_view_load_uri(view, again);
	g_free(again);
	g_free(to);
}

// A file that is dropped where the page does not expect it, or a link that
// leads away, must not replace the page: links open in the browser.
static gboolean stay(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer unused) {
	if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE) return FALSE;
	WebKitNavigationAction *action =
		webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const char *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION &&
		(g_str_has_prefix(uri, bootstrap) || g_str_has_prefix(uri, server) || strcmp(uri, "about:blank") == 0))
		return FALSE;
	if (webkit_navigation_action_is_user_gesture(action) &&
		(g_str_has_prefix(uri, "https://") || g_str_has_prefix(uri, "http://")))
		gtk_show_uri_on_window(NULL, uri, GDK_CURRENT_TIME, NULL);
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

// The page's first frame comes later than the window's: no white flash in a
// dark room.
static void match_theme(WebKitWebView *view) {
	gboolean dark = FALSE;
	char *theme = NULL;
	g_object_get(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", &dark, "gtk-theme-name", &theme, NULL);
	const char *forced = g_getenv("GTK_THEME");
	if (forced != NULL) dark = g_str_has_suffix(forced, ":dark") || g_str_has_suffix(forced, "-dark");
	else if (theme != NULL && g_str_has_suffix(theme, "-dark")) dark = TRUE;
	g_free(theme);
	if (dark) {
		GdkRGBA night = {0x15 / 255.0, 0x17 / 255.0, 0x1c / 255.0, 1};
		webkit_web_view_set_background_color(view, &night);
	}
}

static gboolean guard(gpointer unused) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		GtkWidget *view = find_webview(w->data);
		if (view == NULL) continue;
		g_signal_connect(view, "web-process-terminated", G_CALLBACK(page_process_gone), NULL);
		g_signal_connect(view, "decide-policy", G_CALLBACK(stay), NULL);
		match_theme(WEBKIT_WEB_VIEW(view));
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

// A dialog runs a loop of its own inside GTK's; the window can only go when it
// has gone.
static gboolean cancel_dialogs(gpointer unused) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next)
		if (GTK_IS_DIALOG(w->data)) gtk_dialog_response(GTK_DIALOG(w->data), GTK_RESPONSE_CANCEL);
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

static void guard_later(char *url) { server = url; g_idle_add_full(G_PRIORITY_HIGH, guard, NULL, NULL); }
static void cancel_dialogs_later(void) { g_idle_add_full(G_PRIORITY_HIGH, cancel_dialogs, NULL, NULL); }
*/
import "C"

// nameWindow keeps WebKit's files apart from ours. It must run before Wails.
func nameWindow() { C.name_window() }

// guardWebview closes what Wails leaves open: it brings the page back when its
// process dies, keeps the window on our page, and colours the empty window. It
// may be called from any goroutine; the work is done on GTK's thread.
func guardWebview(url string) { C.guard_later(C.CString(url + "/")) }

// closeDialogs answers every open dialog with Cancel.
func closeDialogs() { C.cancel_dialogs_later() }
