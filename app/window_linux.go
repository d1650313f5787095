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

static gboolean is_ours(const char *uri) {
	if (g_str_has_prefix(uri, "blob:")) uri += strlen("blob:");
	return g_str_has_prefix(uri, server) || g_str_has_prefix(uri, bootstrap) || strcmp(uri, "about:blank") == 0;
}

// A file that is dropped where the page does not expect it, or a link that
// leads away, must not replace the page: links open in the browser. What the
// server sends as an attachment is saved.
static gboolean stay(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer unused) {
	if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE) {
		WebKitURIResponse *response =
			webkit_response_policy_decision_get_response(WEBKIT_RESPONSE_POLICY_DECISION(decision));
		SoupMessageHeaders *headers = webkit_uri_response_get_http_headers(response);
		const char *disposition = headers != NULL ? soup_message_headers_get_one(headers, "Content-Disposition") : NULL;
		if (disposition == NULL || !g_str_has_prefix(disposition, "attachment")) return FALSE;
		webkit_policy_decision_download(decision);
		return TRUE;
	}
	WebKitNavigationAction *action =
		webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const char *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && is_ours(uri)) return FALSE;
	if (webkit_navigation_action_is_user_gesture(action) &&
		(g_str_has_prefix(uri, "https://") || g_str_has_prefix(uri, "http://")))
		gtk_show_uri_on_window(NULL, uri, GDK_CURRENT_TIME, NULL);
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

static void tell(const char *message) {
	GtkWidget *dialog = gtk_message_dialog_new(NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_OK, "%s", message);
	g_signal_connect(dialog, "response", G_CALLBACK(gtk_widget_destroy), NULL);
	gtk_widget_show(dialog);
}

static void download_failed(WebKitDownload *download, GError *error, gpointer unused) {
	if (g_error_matches(error, WEBKIT_DOWNLOAD_ERROR, WEBKIT_DOWNLOAD_ERROR_CANCELLED_BY_USER)) return;
	char *message = g_strconcat("The file was not saved: ", error->message, NULL);
	tell(message);
	g_free(message);
}

static void destination_chosen(GtkDialog *dialog, int response, WebKitDownload *download) {
	if (response == GTK_RESPONSE_ACCEPT) {
		char *path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(dialog));
		webkit_download_set_allow_overwrite(download, TRUE);
		webkit_download_set_destination(download, path);
		g_free(path);
	} else {
		webkit_download_cancel(download);
	}
	g_object_unref(download);
	gtk_widget_destroy(GTK_WIDGET(dialog));
}

// The dialog is not run in a loop of its own: the page would stand still.
static gboolean choose_destination(WebKitDownload *download, char *suggested, gpointer unused) {
	GtkWidget *dialog = gtk_file_chooser_dialog_new("Save as", NULL, GTK_FILE_CHOOSER_ACTION_SAVE,
		"_Cancel", GTK_RESPONSE_CANCEL, "_Save", GTK_RESPONSE_ACCEPT, NULL);
	GtkFileChooser *chooser = GTK_FILE_CHOOSER(dialog);
	gtk_file_chooser_set_do_overwrite_confirmation(chooser, TRUE);
	const char *folder = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD);
	gtk_file_chooser_set_current_folder(chooser, folder != NULL ? folder : g_get_home_dir());
	gtk_file_chooser_set_current_name(chooser, suggested);
	g_signal_connect(dialog, "response", G_CALLBACK(destination_chosen), g_object_ref(download));
	gtk_widget_show(dialog);
	return TRUE;
}

// Without this a link to a file does nothing in the window.
static void download_started(WebKitWebContext *context, WebKitDownload *download, gpointer unused) {
	g_signal_connect(download, "decide-destination", G_CALLBACK(choose_destination), NULL);
	g_signal_connect(download, "failed", G_CALLBACK(download_failed), NULL);
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
		g_signal_connect(webkit_web_view_get_context(WEBKIT_WEB_VIEW(view)), "download-started", G_CALLBACK(download_started), NULL);
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

static gboolean quit(gpointer unused) {
	gtk_main_quit();
	return G_SOURCE_REMOVE;
}

static void guard_later(char *url) { server = url; g_idle_add_full(G_PRIORITY_HIGH, guard, NULL, NULL); }
static void cancel_dialogs_later(void) { g_idle_add_full(G_PRIORITY_HIGH, cancel_dialogs, NULL, NULL); }
static void quit_later(void) { g_idle_add(quit, NULL); }
*/
import "C"

// nameWindow keeps WebKit's files apart from ours. It must run before Wails.
func nameWindow() { C.name_window() }

// guardWebview closes what Wails leaves open: it brings the page back when its
// process dies, keeps the window on our page, saves what is downloaded, and
// colours the empty window. It may be called from any goroutine; the work is
// done on GTK's thread.
func guardWebview(url string) { C.guard_later(C.CString(url + "/")) }

// closeDialogs answers every open dialog with Cancel.
func closeDialogs() { C.cancel_dialogs_later() }

// quitWindow ends GTK's loop, which must run, on GTK's own thread. It says that
// Wails must not: Wails ends it from another thread, and the process crashes
// when two want it to end at once, a signal and our context for example.
func quitWindow() bool {
	C.quit_later()
	return true
}
