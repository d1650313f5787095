package logfile

import (
	"encoding/base64"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// ndjsonWriter writes our record, one a line, as audit.Log's MarshalJSON has it
// but for < > &, which stay as they are.
type ndjsonWriter struct{ sink }

func newNDJSONWriter(w io.Writer, o WriterOptions) (Writer, error) {
	if o.Fields != "" && o.Fields != "default" && o.Fields != "all" {
		return nil, audit.Errorf(audit.Invalid, "NDJSON has whole logs; the choice of fields %q is for CSV.", o.Fields)
	}
	if o.Separator != "" || o.BOM || o.Raw {
		return nil, audit.Errorf(audit.Invalid, "Separator, byte order mark and raw cells are options of CSV, not of NDJSON.")
	}
	if _, err := zoneOf(o.TZ); err != nil { // known, though times are in UTC
		return nil, err
	}
	return &ndjsonWriter{sink{w: w}}, nil
}

func (w *ndjsonWriter) Write(l *audit.Log) error {
	w.buf = append(appendRecord(w.buf, l), '\n')
	return w.drain(false)
}

func (w *ndjsonWriter) Close() error { return w.drain(true) }

// appendRecord writes the record of a log.
func appendRecord(b []byte, l *audit.Log) []byte {
	b = appendField(append(b, '{'), "id", l.ID)
	if l.ID != "" {
		b = append(b, ',')
	}
	b = append(b, `"time":"`...)
	b = l.Time.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	b = appendMember(b, "origin", l.Origin)
	b = appendMember(b, "method", l.Method)
	b = appendMember(b, "url", l.URL)
	b = appendMember(b, "path", l.Path)
	if len(l.Query) > 0 {
		b = appendLists(append(b, `,"query":`...), l.Query)
	}
	b = appendMember(b, "endpoint", l.Endpoint)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(l.Status), 10)
	b = appendMember(b, "result", l.Result())
	if l.Duration != nil {
		b = strconv.AppendFloat(append(b, `,"duration":`...), *l.Duration, 'f', -1, 64)
	}
	b = appendPair(b, "user", "id", l.User.ID, "email", l.User.Email)
	b = appendPair(b, "customer", "id", l.Customer.ID, "source_id", l.Customer.SourceID)
	b = appendMember(b, "api_key", l.APIKey)
	b = appendMember(b, "client_key", l.ClientKey)
	b = appendMember(b, "campaign", l.Campaign)
	b = appendMember(b, "incentive", l.Incentive)
	b = appendMember(b, "request_id", l.RequestID)
	b = appendMember(b, "correlation_id", l.CorrelationID)
	b = appendMember(b, "task_id", l.TaskID)
	b = appendMember(b, "ip", l.IP)
	b = appendMember(b, "user_agent", l.UserAgent)
	b = appendMember(b, "message", l.Message)
	b = appendPayload(append(b, `,"request":`...), &l.Request)
	b = appendPayload(append(b, `,"response":`...), &l.Response)
	b = appendPair(b, "error", "key", l.Error.Key, "message", l.Error.Message)
	b = appendMember(b, "source", l.Source)
	if len(l.Attributes) > 0 {
		b = rawjson.AppendCompact(append(b, `,"attributes":`...), rawjson.Value(l.Attributes))
	}
	return append(b, '}')
}

// appendField writes "name":"text", nothing for an empty text.
func appendField(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	b = append(append(append(b, '"'), name...), `":`...)
	return rawjson.AppendString(b, text)
}

// appendMember does so behind a comma.
func appendMember(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendField(append(b, ','), name, text)
}

// appendPair writes an object of two texts, nothing where both are empty.
func appendPair(b []byte, name, first, a, second, c string) []byte {
	if a == "" && c == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":{`...)
	b = appendField(b, first, a)
	if a == "" {
		b = appendField(b, second, c)
	} else {
		b = appendMember(b, second, c)
	}
	return append(b, '}')
}

func appendPayload(b []byte, p *audit.Payload) []byte {
	b = append(b, '{')
	if len(p.Headers) > 0 {
		b = append(appendLists(append(b, `"headers":`...), p.Headers), ',')
	}
	if p.Body != "" {
		if utf8.ValidString(p.Body) {
			b = append(appendField(b, "body", p.Body), ',')
		} else {
			b = append(b, `"body":"`...)
			b = base64.StdEncoding.AppendEncode(b, []byte(p.Body))
			b = append(b, `","body_encoding":"base64",`...)
		}
	}
	b = strconv.AppendInt(append(b, `"size":`...), p.Size, 10)
	if p.TruncatedAt != 0 {
		b = strconv.AppendInt(append(b, `,"truncated_at":`...), p.TruncatedAt, 10)
	}
	return append(b, '}')
}

// appendLists writes names with their lists of texts, by name.
func appendLists(b []byte, lists map[string][]string) []byte {
	var room [32]string
	names := slices.AppendSeq(room[:0], maps.Keys(lists))
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(rawjson.AppendString(b, name), `:[`...)
		for j, text := range lists[name] {
			if j > 0 {
				b = append(b, ',')
			}
			b = rawjson.AppendString(b, text)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}
