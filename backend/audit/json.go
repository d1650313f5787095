package audit

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

func lower(s string) string { return strings.ToLower(s) }

// logJSON is the record as it stands in JSON, fields in this order.
type logJSON struct {
	ID            string              `json:"id"`
	Time          time.Time           `json:"time"`
	Origin        string              `json:"origin,omitempty"`
	Method        string              `json:"method,omitempty"`
	URL           string              `json:"url,omitempty"`
	Path          string              `json:"path,omitempty"`
	Query         map[string][]string `json:"query,omitempty"`
	Endpoint      string              `json:"endpoint,omitempty"`
	Status        int                 `json:"status"`
	Result        string              `json:"result"`
	Duration      *float64            `json:"duration,omitempty"`
	User          *User               `json:"user,omitempty"`
	Customer      *Customer           `json:"customer,omitempty"`
	APIKey        string              `json:"api_key,omitempty"`
	ClientKey     string              `json:"client_key,omitempty"`
	Campaign      string              `json:"campaign,omitempty"`
	Incentive     string              `json:"incentive,omitempty"`
	RequestID     string              `json:"request_id,omitempty"`
	CorrelationID string              `json:"correlation_id,omitempty"`
	TaskID        string              `json:"task_id,omitempty"`
	IP            string              `json:"ip,omitempty"`
	UserAgent     string              `json:"user_agent,omitempty"`
	Message       string              `json:"message,omitempty"`
	Request       payloadJSON         `json:"request"`
	Response      payloadJSON         `json:"response"`
	Error         *LogError           `json:"error,omitempty"`
	Source        string              `json:"source,omitempty"`
	Attributes    json.RawMessage     `json:"attributes,omitempty"`
}

type payloadJSON struct {
	Headers      map[string][]string `json:"headers,omitempty"`
	Body         string              `json:"body,omitempty"`
	BodyEncoding string              `json:"body_encoding,omitempty"`
	Size         int64               `json:"size"`
	TruncatedAt  int64               `json:"truncated_at,omitempty"`
}

// MarshalJSON writes the record of DESIGN §2. Fields that are not known are
// left out. A body that is no UTF-8 text is written in base64.
func (l Log) MarshalJSON() ([]byte, error) {
	j := logJSON{
		ID: l.ID, Time: l.Time, Origin: l.Origin, Method: l.Method, URL: l.URL, Path: l.Path,
		Query: l.Query, Endpoint: l.Endpoint, Status: l.Status, Result: l.Result(), Duration: l.Duration,
		APIKey: l.APIKey, ClientKey: l.ClientKey, Campaign: l.Campaign, Incentive: l.Incentive,
		RequestID: l.RequestID, CorrelationID: l.CorrelationID, TaskID: l.TaskID, IP: l.IP,
		UserAgent: l.UserAgent, Message: l.Message,
		Request: l.Request.toJSON(), Response: l.Response.toJSON(),
		Source: l.Source, Attributes: l.Attributes,
	}
	if l.User != (User{}) {
		j.User = &l.User
	}
	if l.Customer != (Customer{}) {
		j.Customer = &l.Customer
	}
	if l.Error != (LogError{}) {
		j.Error = &l.Error
	}
	return json.Marshal(j)
}

func (p Payload) toJSON() payloadJSON {
	j := payloadJSON{Headers: p.Headers, Body: p.Body, Size: p.Size, TruncatedAt: p.TruncatedAt}
	if !utf8.ValidString(p.Body) {
		j.Body, j.BodyEncoding = base64.StdEncoding.EncodeToString([]byte(p.Body)), "base64"
	}
	return j
}

// UnmarshalJSON reads exactly what MarshalJSON writes, as a client of the API
// gets it. What people and other programs write is read by ParseLog.
func (l *Log) UnmarshalJSON(b []byte) error {
	var j logJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*l = Log{
		ID: j.ID, Time: j.Time, Origin: j.Origin, Method: j.Method, URL: j.URL, Path: j.Path,
		Query: j.Query, Endpoint: j.Endpoint, Status: j.Status, Duration: j.Duration,
		APIKey: j.APIKey, ClientKey: j.ClientKey, Campaign: j.Campaign, Incentive: j.Incentive,
		RequestID: j.RequestID, CorrelationID: j.CorrelationID, TaskID: j.TaskID, IP: j.IP,
		UserAgent: j.UserAgent, Message: j.Message, Source: j.Source, Attributes: j.Attributes,
	}
	if j.User != nil {
		l.User = *j.User
	}
	if j.Customer != nil {
		l.Customer = *j.Customer
	}
	if j.Error != nil {
		l.Error = *j.Error
	}
	var err error
	if l.Request, err = j.Request.payload(); err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	if l.Response, err = j.Response.payload(); err != nil {
		return fmt.Errorf("response body: %w", err)
	}
	return nil
}

func (j payloadJSON) payload() (Payload, error) {
	p := Payload{Headers: j.Headers, Body: j.Body, Size: j.Size, TruncatedAt: j.TruncatedAt}
	switch j.BodyEncoding {
	case "":
		return p, nil
	case "base64":
		b, err := base64.StdEncoding.DecodeString(j.Body)
		p.Body = string(b)
		return p, err
	}
	return p, fmt.Errorf("body_encoding %q is not known; it is base64 or left out", j.BodyEncoding)
}
