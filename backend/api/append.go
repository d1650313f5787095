package api

import (
	"mime"
	"net/http"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// rejection is a record that was not let in. Line is its line in NDJSON, its
// number in an array, both from 1.
type rejection struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// appended is the answer to POST …/logs.
type appended struct {
	Added    int         `json:"added"`
	Skipped  int         `json:"skipped"`
	Rejected []rejection `json:"rejected"`
}

// appendLogs answers POST …/logs, after the logs are on disk.
func (s *Server) appendLogs(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	project := callOf(r).project
	if err := takesIn(project); err != nil {
		return err
	}
	b, err := readBody(r)
	if err != nil {
		return err
	}
	records, err := recordsIn(string(b), r.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	answer := appended{Rejected: []rejection{}}
	logs, lines := make([]audit.Log, 0, len(records)), make([]int, 0, len(records))
	for _, record := range records {
		l, err := audit.ParseLog([]byte(record.text))
		if err != nil {
			answer.Rejected = append(answer.Rejected, rejection{record.line, problemOf(err).Message})
			continue
		}
		logs, lines = append(logs, l), append(lines, record.line)
	}
	result, err := s.Door.Append(r.Context(), project.ID, "api", logs)
	if err != nil {
		return err
	}
	answer.Added, answer.Skipped = result.Added, result.Skipped
	for _, no := range result.Rejected {
		answer.Rejected = append(answer.Rejected, rejection{lines[no.Index], no.Reason})
	}
	return respond(w, http.StatusOK, answer)
}

// takesIn says whether logs may come into a project from outside.
func takesIn(p audit.Project) error {
	if p.ID == audit.OwnProject {
		return audit.Errorf(audit.Conflict, "The project %s keeps the app's own calls; nothing can be put into it. Name another project.", p.Name)
	}
	return nil
}

// record is one record of a request, and where it stands.
type record struct {
	text string
	line int
}

// maxNesting is of an array around records that may each be audit.MaxDepth deep.
const maxNesting = audit.MaxDepth + 1

// recordsIn takes a body apart: an object or an array of them, or NDJSON. NDJSON
// that calls itself JSON is read as what it is.
func recordsIn(text, contentType string) ([]record, error) {
	kind, _, _ := mime.ParseMediaType(contentType) // checked before
	start := strings.TrimLeft(text, "\ufeff \t\r\n")
	if kind == "application/json" || strings.HasPrefix(start, "[") {
		value, err := rawjson.Parse(strings.TrimPrefix(text, "\ufeff"), maxNesting)
		if err == nil {
			return recordsOf(value)
		}
		first, rest, several := strings.Cut(start, "\n")
		if _, bad := rawjson.Parse(first, maxNesting); bad != nil || !several || strings.TrimSpace(rest) == "" {
			return nil, invalidf("The body is no JSON: %w.", err)
		}
	}
	var out []record
	line := 0
	for part := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line++
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, record{part, line})
		}
	}
	if len(out) == 0 {
		return nil, invalidf("The body has no record in it.")
	}
	return out, nil
}

func recordsOf(v rawjson.Value) ([]record, error) {
	if v.Kind() != rawjson.Array {
		return []record{{string(v), 1}}, nil
	}
	var out []record
	for element := range v.Elements() {
		out = append(out, record{string(element), len(out) + 1})
	}
	return out, nil
}
