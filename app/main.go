// Package app is the program: it reads flags and the environment, wires the
// layers of backend together, serves them on the loopback address and opens
// the window.
//
// A verb has one file. Every verb but serve and the window is a client of the
// HTTP API (client.go): whoever opens the store serves it (engine.go), and a
// verb that finds it served by another process talks to that one.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"projectlogs/backend/audit"
)

// version is set by build/scripts/build.sh.
var version = "unknown"

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Main runs one command line, without the program's name, and returns the exit
// code: 0, 1 for a failure, 2 for a command line, a filter or a field that
// makes no sense.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	makePrivate()
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	err := p.run(ctx, args)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errHelp) {
		return exitOK
	}
	if errors.Is(err, errTold) {
		return exitFailed
	}
	if ctx.Err() != nil && audit.CodeOf(err) == audit.Canceled {
		return exitFailed // Ctrl-C needs no explanation
	}
	p.complain(err)
	var usage usageError
	if errors.As(err, &usage) || audit.CodeOf(err) == audit.Invalid {
		return exitUsage
	}
	return exitFailed
}

// program is one run of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// usageError is a command line that makes no sense.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

// errHelp says that the help was asked for and printed.
var errHelp = errors.New("help")

// errWantsHelp is what the verb help says: the program's help lists the verbs,
// so no verb can print it itself.
var errWantsHelp = errors.New("the help is wanted")

// errTold is a failure that was explained already.
var errTold = errors.New("failed, as was said")

// complain writes an error for people: the sentence, and for a filter the text
// with a caret under the place.
func (p *program) complain(err error) {
	var broken filterError
	if errors.As(err, &broken) {
		fmt.Fprintf(p.stderr, "projectlogs: %s\n%s", broken.message, broken.picture())
		return
	}
	message := err.Error()
	if e, ok := errors.AsType[*audit.Error](err); ok && e.Code != audit.Internal {
		message = e.Message
		if e.Details != "" {
			message += " " + e.Details
		}
	}
	fmt.Fprintf(p.stderr, "projectlogs: %s\n", message)
}

// filterError is a filter that the server could not read.
type filterError struct {
	message, text, suggestion string
	start, end                int
}

func (e filterError) Error() string { return e.message }

func (e filterError) Unwrap() error { return audit.Errorf(audit.Invalid, "%s", e.message) }

func (e filterError) picture() string {
	if e.text == "" || e.start < 0 || e.start > len(e.text) || strings.ContainsAny(e.text, "\n\r\t") {
		return ""
	}
	end := min(max(e.end, e.start+1), len(e.text)+1)
	column := len([]rune(e.text[:e.start]))
	width := max(1, len([]rune(e.text[e.start:min(end, len(e.text))])))
	s := fmt.Sprintf("  %s\n  %s%s\n", e.text, strings.Repeat(" ", column), strings.Repeat("^", width))
	if e.suggestion != "" {
		s += fmt.Sprintf("  did you mean %s?\n", e.suggestion)
	}
	return s
}
