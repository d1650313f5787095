package logfile_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

const (
	record     = `{"method":"GET","url":"/a","status":200}`
	accessLine = `1.2.3.4 - - [22/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 12`
)

func TestFormatsAreRecognisedByContent(t *testing.T) {
	f := func(text, format string, entries, rejected int) {
		t.Helper()
		got, as, err := all(t, strings.NewReader(text), "anything.txt", logfile.Options{})
		bad := 0
		for _, e := range got {
			if e.Err != nil {
				bad++
			}
		}
		if err != nil || as != format || len(got) != entries || bad != rejected {
			t.Errorf("%.80q: %d entries, %d rejected, as %q, %v; want %d, %d, %q", text, len(got), bad, as, err, entries, rejected, format)
		}
	}
	f(record, logfile.NDJSON, 1, 0)
	f(record+"\n", logfile.NDJSON, 1, 0)
	f(record+"\n"+record, logfile.NDJSON, 2, 0)
	f("\n\n "+record+" \r\n\r\n"+record+"\r\n", logfile.NDJSON, 2, 0)
	f(record+"\r"+record+"\r", logfile.NDJSON, 2, 0)
	f("\x1e"+record+"\n\x1e"+record+"\n", logfile.NDJSON, 2, 0)
	f(record+"\n{\"method\":\n"+record+"\n", logfile.NDJSON, 3, 1)
	f("{\"method\":\n"+record+"\n"+record+"\n", logfile.NDJSON, 3, 1)
	f("{\"method\":\n{bad\n"+record+"\n"+record+"\n", logfile.NDJSON, 4, 2)
	f("{oops}\n"+record+"\n"+record+"\n", logfile.NDJSON, 3, 1)
	f("# comment\n"+record+"\n", logfile.NDJSON, 2, 1)
	f(record+"\n"+accessLine+"\n", logfile.NDJSON, 2, 1)
	f(`{"logs":[1],"method":"GET"}`, logfile.NDJSON, 1, 0)
	f("["+record+",\n"+record+"]", logfile.JSON, 2, 0)
	f("[]", logfile.JSON, 0, 0)
	f(" [ "+record+" , 7, null, "+record+" ] ", logfile.JSON, 4, 2)
	f("["+record+"]\n["+record+"]", logfile.JSON, 2, 0)
	f("{\n \"method\": \"GET\",\n \"url\": \"/\"\n}\n", logfile.JSON, 1, 0)
	f("{\n \"method\": \"GET\"\n}\n{\n \"method\": \"PUT\"\n}", logfile.JSON, 2, 0)
	f(record+record, logfile.NDJSON, 1, 1)
	f(`{"data":[`+record+`,`+record+`],"total":2}`, logfile.JSON, 2, 0)
	f("{\"total\":2,\n\"logs\":[\n"+record+",\n"+record+"\n]}", logfile.JSON, 2, 0)
	f(har(record), logfile.HAR, 1, 1)
	f(accessLine, logfile.Access, 1, 0)
	f(accessLine+"\nnonsense\n\n"+accessLine+"\n", logfile.Access, 3, 1)
	f("nonsense\n"+accessLine+"\n", logfile.Access, 2, 1)
	f("time,method,status\n2026-11-22,GET,200\n", logfile.CSV, 1, 0)
	f("time;method;status\r\n2026-11-22;GET;200\r\n", logfile.CSV, 1, 0)
	f("time\tmethod\tstatus\r2026-11-22\tGET\t200\r", logfile.CSV, 1, 0)
	f("sep=|\r\ntime|method|status\r\n2026-11-22|GET|200", logfile.CSV, 1, 0)
	f("\"Date\",\"HTTP Method\",\"Team, sub\"\n2026-11-22,GET,x\n", logfile.CSV, 1, 0)
	f("id,created_at,status,request_id,channel,method,endpoint,url,user_email,app_id,client_app_id,request_duration,request_body,response_body\n"+
		`l1,2026-11-22T10:00:00.000Z,SUCCESS,v-1,API,POST,POST_v1_vouchers,https://h/v1/vouchers,a@b.c,K,,12,"{""a"":1}",`+"\n", logfile.CSV, 1, 0)
	f(`{"method":"POST","url":"/har","request_body":{"startedDateTime":"x","request":{}}}`, logfile.NDJSON, 1, 0)
	// One HAR entry a line, as some proxies write them.
	f(`{"startedDateTime":"2026-11-22T10:00:00Z","time":12,"request":{"method":"GET","url":"/"},"response":{"status":200}}`, logfile.NDJSON, 1, 0)
}

func TestFilesThatAreNone(t *testing.T) {
	f := func(content, name string, code audit.Code, want string) {
		t.Helper()
		entries, _, err := all(t, strings.NewReader(content), name, logfile.Options{})
		if err == nil || !strings.HasPrefix(err.Error(), want) || audit.CodeOf(err) != code || len(entries) > 0 {
			t.Errorf("%.40q: %d entries, %v; want %s", content, len(entries), err, want)
		}
	}
	f("", "", audit.Invalid, "The file is empty.")
	f(" \r\n\t\n", "", audit.Invalid, "The file is empty.")
	f("\xef\xbb\xbf", "", audit.Invalid, "The file is empty.")
	f(string(gzipped(t, "")), "", audit.Invalid, "The file is empty.")
	f("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.har", audit.Unsupported, "This is a PNG picture, not a log file.")
	f("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01", "", audit.Unsupported, "This is a JPEG picture, not a log file.")
	f("RIFF\x00\x00\x00\x00WEBPVP8 ", "", audit.Unsupported, "This is a picture or sound file (WEBP), not a log file.")
	f("GIF89a\x01\x00\x01\x00", "", audit.Unsupported, "This is a GIF picture, not a log file.")
	f("%PDF-1.7\n%\xe2\xe3\xcf\xd3", "", audit.Unsupported, "This is a PDF document, not a log file.")
	f("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", "", audit.Unsupported, "This is a program (ELF), not a log file.")
	f("SQLite format 3\x00\x10\x00\x01\x01", "", audit.Unsupported, "This is an SQLite database, not a log file.")
	f("PK\x03\x04\x14\x00\x00\x00", "logs.zip", audit.Unsupported, "This is a zip file, which cannot be unpacked here yet. Unpack it and import what is in it.")
	f("\x28\xb5\x2f\xfd\x04\x00", "", audit.Unsupported, "This is a zstd file, which cannot be unpacked here yet.")
	f(string(gzipped(t, string(gzipped(t, record)))), "", audit.Unsupported, "This is a gzip file within a gzip file, not a log file.")
	f(strings.Repeat("\x00", 100), "", audit.Unsupported, "This is a binary file, not a log file.")
	f("<!doctype html><html></html>", "", audit.Unsupported, "This is an HTML page, not a log file.")
	f("Dear all,\nplease find the logs attached.\n", "", audit.Unsupported, `This is no log file that we know; it begins with "Dear all,". We know HAR, NDJSON, JSON, CSV with a header, and access logs`)
	f("[Sun Nov 22 10:00:00 2026] [error] x\n", "", audit.Unsupported, `This is no log file that we know; it begins with "[Sun Nov 22 10:00:00 2026] [error] x".`)
	f("first name,last name\nAnn,Smith\n", "people.csv", audit.Invalid, `No column says what a log is: the header has "first name", "last name"; known are`)
	f(`{"resourceLogs":[{}]}`, "", audit.Unsupported, "This is an OTLP request.")
	f(`{`, "", audit.Invalid, "The file ends early at byte 1; 0 entries before it were read.")
	f(`[{"method":"GET"`, "", audit.Invalid, "The file ends early at byte 16; 0 entries before it were read.")
	f(`{"method":"GET"`, "", audit.Invalid, "The file ends early at byte 15; 0 entries before it were read.")
	f("x\x9c", "x.zhar", audit.Invalid, "The file ends early at byte 2; 0 entries before it were read.")
	f("\x1f\x8b\x08", "x.gz", audit.Invalid, "The file ends early at byte 3; 0 entries before it were read.")
	f("\x1f\x8b\x08\x00", "x.gz", audit.Invalid, "The file ends early at byte 4; 0 entries before it were read.")
}

func TestAForcedFormatIsNotQuestioned(t *testing.T) {
	f := func(format, text string, entries, rejected int) {
		t.Helper()
		got, as, err := all(t, strings.NewReader(text), "", logfile.Options{Format: format})
		bad := 0
		for _, e := range got {
			if e.Err != nil {
				bad++
			}
		}
		if err != nil || as != format || len(got) != entries || bad != rejected {
			t.Errorf("%s %.80q: %d entries, %d rejected, as %q, %v", format, text, len(got), bad, as, err)
		}
	}
	f(logfile.NDJSON, "Dear all,\n"+record+"\n", 2, 1)
	f(logfile.Access, record+"\n"+accessLine, 2, 1)
	f(logfile.CSV, "message\nhello\n\nworld\n", 2, 0)
	f(logfile.JSON, record+"\n"+record, 2, 0)
	f(logfile.HAR, har(record), 1, 1)
	_, err := logfile.Open(strings.NewReader(record), "", logfile.Options{Format: "xml"})
	if err == nil || err.Error() != `There is no format "xml" to read; there are auto, har, ndjson, json, csv, access.` {
		t.Errorf("xml: %v", err)
	}
	_, _, err = all(t, strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "", logfile.Options{Format: logfile.NDJSON})
	if err == nil || err.Error() != "This is a PNG picture, not a log file." {
		t.Errorf("a picture as NDJSON: %v", err)
	}
}

func TestCharacterSetsAndPackings(t *testing.T) {
	text := `{"message":"zażółć 😀"}` + "\r\n" + `{"message":"b"}` + "\r\n"
	wide := func(order binary.ByteOrder, mark bool) string {
		units := utf16.Encode([]rune(text))
		if mark {
			units = append([]uint16{0xfeff}, units...)
		}
		b := make([]byte, 2*len(units))
		for i, u := range units {
			order.PutUint16(b[2*i:], u)
		}
		return string(b)
	}
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = z.Write([]byte(text)) // to memory
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"UTF-8 with a mark": "\ufeff" + text, "UTF-16 LE": wide(binary.LittleEndian, true), "UTF-16 BE": wide(binary.BigEndian, true),
		"UTF-16 LE without a mark": wide(binary.LittleEndian, false), "UTF-16 BE without a mark": wide(binary.BigEndian, false),
		"gzip": string(gzipped(t, text)), "gzip in parts": string(gzipped(t, text[:10], text[10:])), "zlib": deflated.String(),
		"gzip of UTF-16": string(gzipped(t, wide(binary.LittleEndian, true))),
	} {
		l := logs(t, content, "")
		if len(l) != 2 || l[0].Message != "zażółć 😀" || l[1].Message != "b" {
			t.Errorf("%s: %+v", name, l)
		}
	}
	l := logs(t, "time,message\r\n2026-11-22,\"caf\xe9\"\r\n", "")
	if l[0].Message != "café" {
		t.Errorf("Latin-1 is read as %q", l[0].Message)
	}
}
