package api

import (
	"fmt"
	"net/http"
	"strings"
)

// route is one line of the list below. All its members are written in each
// line, so none can be forgotten.
type route struct {
	pattern string // of http.ServeMux, with a method
	need    need
	effect  effect
	body    body
	handle  func(w http.ResponseWriter, r *http.Request) error
}

// effect says whether a route changes something that the app's own log tells.
type effect string

const (
	looks   effect = "looks"   // reads; changes nothing that anybody would ask about
	takes   effect = "takes"   // takes logs in: they are their own record
	changes effect = "changes" // is a log of the project projectlogs (own.go)
)

const healthPath = "/api/health"

// list is everything that the server answers, besides the page's files.
// docs/API.md says the same to those outside; a test compares them.
func (s *Server) list() []route {
	return []route{
		{"GET " + healthPath, openToAll, looks, noBody, s.health},
		{"GET /api/state", readScope, looks, noBody, s.state},
		{"GET /api/schema", readScope, looks, noBody, s.schema},
		{"GET /api/filter", readScope, looks, noBody, s.filterForms},
		{"POST /api/filter", readScope, looks, jsonBody, s.filterForms},
		{"GET /api/events", readScope, looks, noBody, s.events},

		{"GET /api/projects", readScope, looks, noBody, s.listProjects},
		{"POST /api/projects", launchToken, changes, jsonBody, s.createProject},
		{"GET /api/projects/{p}", readScope, looks, noBody, s.getProject},
		{"PATCH /api/projects/{p}", adminScope, changes, jsonBody, s.renameProject},
		{"DELETE /api/projects/{p}", launchToken, changes, noBody, s.deleteProject},

		{"GET /api/projects/{p}/keys", adminScope, looks, noBody, s.listKeys},
		{"POST /api/projects/{p}/keys", adminScope, changes, jsonBody, s.createKey},
		{"DELETE /api/projects/{p}/keys/{id}", adminScope, changes, noBody, s.revokeKey},

		{"GET /api/projects/{p}/views", readScope, looks, noBody, s.listViews},
		{"POST /api/projects/{p}/views", adminScope, changes, jsonBody, s.createView},
		{"PUT /api/projects/{p}/views/{id}", adminScope, changes, jsonBody, s.replaceView},
		{"DELETE /api/projects/{p}/views/{id}", adminScope, changes, noBody, s.deleteView},

		{"POST /api/projects/{p}/logs", ingestScope, takes, logsBody, s.appendLogs},
		{"GET /api/projects/{p}/logs", readScope, looks, noBody, s.listLogs},
		{"POST /api/projects/{p}/logs/search", readScope, looks, jsonBody, s.searchLogs},
		{"GET /api/projects/{p}/logs/stream", readScope, looks, noBody, s.streamLogs},
		{"GET /api/projects/{p}/logs/tally", readScope, looks, noBody, s.tally},
		{"GET /api/projects/{p}/logs/values", readScope, looks, noBody, s.values},
		{"GET /api/projects/{p}/logs/explain", readScope, looks, noBody, s.explain},
		{"GET /api/projects/{p}/logs/{id}", readScope, looks, noBody, s.getLog},
		{"GET /api/projects/{p}/logs/{id}/request-body", readScope, looks, noBody, s.requestBody},
		{"GET /api/projects/{p}/logs/{id}/response-body", readScope, looks, noBody, s.responseBody},
		{"POST /api/projects/{p}/logs/purge", adminScope, changes, jsonBody, s.purge},

		{"POST /api/projects/{p}/imports", ingestScope, changes, fileBody, s.importFile},
		{"POST /api/projects/{p}/imports/paths", launchToken, changes, jsonBody, s.importPaths},
		{"POST /api/projects/{p}/imports/sample", ingestScope, changes, jsonBody, s.importSample},

		{"GET /api/projects/{p}/tasks", readScope, looks, noBody, s.listTasks},
		{"GET /api/projects/{p}/tasks/{id}", readScope, looks, noBody, s.getTask},
		{"POST /api/projects/{p}/tasks/{id}/cancel", adminScope, changes, noBody, s.cancelTask},
		{"POST /api/projects/{p}/tasks/{id}/retry", adminScope, changes, noBody, s.retryTask},
		{"GET /api/projects/{p}/tasks/{id}/rejects", readScope, looks, noBody, s.rejects},

		{"GET /api/projects/{p}/exports", exportScope, looks, noBody, s.listExports},
		{"POST /api/projects/{p}/exports", exportScope, changes, jsonBody, s.createExport},
		{"GET /api/projects/{p}/exports/{id}", exportScope, looks, noBody, s.getExport},
		{"DELETE /api/projects/{p}/exports/{id}", exportScope, changes, noBody, s.deleteExport},
		{"GET /api/projects/{p}/exports/{id}/file", exportScope, looks, noBody, s.exportFile},
		{"POST /api/projects/{p}/exports/{id}/rerun", exportScope, changes, noBody, s.rerunExport},
		{"POST /api/projects/{p}/exports/{id}/ticket", exportScope, looks, noBody, s.exportTicket},
		{"GET /api/tickets/{ticket}", openToAll, looks, noBody, s.redeemTicket},

		{"POST /api/reindex", launchToken, changes, noBody, s.reindex},
		{"POST /api/check", launchToken, looks, noBody, s.check},

		{"POST /api/desktop/open-files", launchToken, looks, noBody, s.openFiles},
		{"POST /api/desktop/save-file", launchToken, looks, jsonBody, s.saveFile},
		{"POST /api/desktop/show-in-folder", launchToken, looks, jsonBody, s.showInFolder},
		{"POST /api/desktop/project", launchToken, looks, jsonBody, s.showProject},
		{"POST /api/desktop/focus", launchToken, looks, noBody, s.focus},
	}
}

// check finds a route that would let in whom nobody meant to.
func (r *route) check() error {
	switch r.need {
	case openToAll, readScope, ingestScope, exportScope, adminScope, launchToken:
	default:
		return fmt.Errorf("the route %s says not what a caller needs", r.pattern)
	}
	if r.effect != looks && r.effect != takes && r.effect != changes {
		return fmt.Errorf("the route %s says not what it changes", r.pattern)
	}
	method, path, ok := strings.Cut(r.pattern, " ")
	if !ok || !strings.HasPrefix(path, "/api/") {
		return fmt.Errorf("the route %q needs a method and a path below /api/", r.pattern)
	}
	if method == http.MethodGet && r.effect != looks {
		return fmt.Errorf("the route %s changes something and is a GET", r.pattern)
	}
	return nil
}
