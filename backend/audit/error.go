package audit

import (
	"context"
	"errors"
	"fmt"
)

// Code says for machines what went wrong. The API maps codes to statuses, the
// command line to exit codes, in one table each.
type Code string

// The codes.
const (
	Invalid      Code = "invalid"       // what was asked makes no sense: usage, a filter, a parameter
	NotFound     Code = "not_found"     //
	Conflict     Code = "conflict"      // it is there already, or not in a state for this
	Unauthorized Code = "unauthorized"  //
	Forbidden    Code = "forbidden"     //
	TooLarge     Code = "too_large"     //
	Unsupported  Code = "unsupported"   // a media type, an ability that this store lacks
	Busy         Code = "busy"          // try again later
	ReadOnly     Code = "read_only"     // the store takes no changes
	DiskFull     Code = "disk_full"     //
	Damaged      Code = "damaged"       // stored bytes are not what was written
	Newer        Code = "newer_version" // the store was written by a newer version
	Locked       Code = "locked"        // another process has the store
	Canceled     Code = "canceled"      //
	Internal     Code = "internal"      // a fault of ours
)

// Error is an error that people may read. Message is a sentence that says what
// is wrong, where, and what to do; Cause is for our own log and is never sent
// to a client.
type Error struct {
	Code    Code
	Message string
	Details string // more, for people; may be empty
	// Resource names what it is about, where that helps: "log", "log_01K…".
	ResourceType, ResourceID string
	// Pos, End and Suggestion mark the place in a filter's text; End is 0 without one.
	Pos, End   int
	Suggestion string
	Cause      error
}

func (e *Error) Error() string {
	s := e.Message
	if e.Details != "" {
		s += " (" + e.Details + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error with a message. %w is for causes that people may read.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error()}
}

// Missing is the error for a resource that is not there.
func Missing(resourceType, id string) *Error {
	return &Error{
		Code: NotFound, Message: fmt.Sprintf("There is no %s %s.", resourceType, id),
		ResourceType: resourceType, ResourceID: id,
	}
}

// CodeOf is the code of the first Error in err's chain, Canceled for a
// cancelled context, and Internal for anything else.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if errors.Is(err, context.Canceled) {
		return Canceled
	}
	return Internal
}
