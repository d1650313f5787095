package logfile

import (
	"bytes"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// ndjsonFile is one JSON object a line. Blank lines are skipped.
type ndjsonFile struct{ lines *lines }

func (f *ndjsonFile) next() (Entry, error) {
	for {
		line, size, err := f.lines.next()
		if err != nil {
			return Entry{}, err
		}
		number := f.lines.number
		if size > int64(f.lines.max) {
			to := f.lines.in.offset() - 1
			return tooLong(number, line, to-size, to, f.lines.max), nil
		}
		line = bytes.Trim(line, " \t\x1e") // RFC 7464 puts a record separator first
		if len(line) == 0 {
			continue
		}
		return record(line, number), nil
	}
}

// record reads one JSON object: a log, or an entry of a HAR.
func record(raw []byte, number int64) Entry {
	var l audit.Log
	var err error
	if isHAREntry(raw) {
		l, err = harLog(raw, "")
	} else {
		l, err = audit.ParseLog(raw)
	}
	if err != nil {
		return rejected(number, raw, err)
	}
	return Entry{Log: l, Line: number}
}

// isHAREntry tells entries that stand without their HAR. A body may hold one too.
func isHAREntry(raw []byte) bool {
	if !bytes.Contains(raw, []byte(`"startedDateTime"`)) {
		return false
	}
	v, err := rawjson.Parse(string(raw), audit.MaxDepth)
	return err == nil && v.Get("startedDateTime") != "" && v.Get("request").Kind() == rawjson.Object
}
