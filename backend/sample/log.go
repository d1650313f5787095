package sample

import (
	"math"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// call is a kind of call.
type call struct {
	method, template string
	weight           int
	status           int     // when all is well
	ms               float64 // typical duration
	request          func(*scene, *json)
	response         func(*scene, *json)
	client           bool // by a browser, with a client key
}

var calls = []call{
	{method: "POST", template: "/v1/validations", weight: 20, status: 200, ms: 38, request: order, response: validation},
	{method: "POST", template: "/v1/redemptions", weight: 15, status: 200, ms: 64, request: order, response: redemption},
	{method: "POST", template: "/v1/vouchers/{code}/redemption", weight: 9, status: 200, ms: 58, request: plainOrder, response: redemption},
	{method: "GET", template: "/v1/vouchers/{code}", weight: 13, status: 200, ms: 12, response: voucher},
	{method: "GET", template: "/v1/vouchers", weight: 4, status: 200, ms: 85, response: vouchers},
	{method: "POST", template: "/v1/qualifications", weight: 6, status: 200, ms: 72, request: plainOrder, response: qualifications},
	{method: "GET", template: "/v1/customers/{customerId}", weight: 7, status: 200, ms: 14, response: customer},
	{method: "POST", template: "/v1/customers", weight: 6, status: 200, ms: 30, request: customer, response: customer},
	{method: "POST", template: "/v1/events", weight: 6, status: 202, ms: 11, request: event, response: accepted},
	{method: "POST", template: "/v1/orders", weight: 4, status: 200, ms: 41, request: plainOrder, response: plainOrder},
	{method: "GET", template: "/v1/campaigns/{campaignId}", weight: 3, status: 200, ms: 16, response: campaignBody},
	{method: "POST", template: "/v1/publications", weight: 2, status: 200, ms: 44, request: publication, response: voucher},
	{method: "PUT", template: "/v1/vouchers/{code}", weight: 2, status: 200, ms: 26, request: voucher, response: voucher},
	{method: "DELETE", template: "/v1/vouchers/{code}", weight: 1, status: 204, ms: 22},
	{method: "POST", template: "/client/v1/validations", weight: 8, status: 200, ms: 42, request: order, response: validation, client: true},
	{method: "POST", template: "/client/v1/redemptions", weight: 3, status: 200, ms: 70, request: order, response: redemption, client: true},
	{method: "GET", template: "/client/v1/qualifications", weight: 3, status: 200, ms: 66, response: qualifications, client: true},
}

// scene is who calls what about whom.
type scene struct {
	random
	at       time.Time
	call     call
	campaign campaign
	code     string
	customer int
	problem  problem
	request  string // its id
	task     string // that the call started
}

func (m *maker) log(h hour, i int) audit.Log {
	r := newRandom(m.n, h, i, 1)
	s := &scene{random: r}
	step := float64(time.Hour) / float64(m.count(h))
	s.at = h.start().Add(time.Duration(step * (float64(i) + 0.98*s.unit()))).Truncate(time.Microsecond)
	s.call = weighted(&s.random, calls, func(c *call) int { return c.weight })
	s.campaign = campaigns[s.zipf(len(campaigns))]
	s.code = s.campaign.prefix + "-" + strings.ToUpper(randomID("", 5, &s.random))
	s.customer = s.zipf(len(customers))
	s.request = platformID("v-", s.at, &s.random)
	id := logID(s.at, &s.random)
	for task := range m.tasks(h) {
		if m.starter(h, task) == i {
			s.start(m.taskID(h, task), startOf(taskKind(h, task)))
		}
	}
	s.fail()
	l := s.log(m)
	l.ID = id
	return l
}

// fail decides whether the call fails.
func (s *scene) fail() {
	s.problem = problem{status: s.call.status}
	switch {
	case s.task != "":
	case isIncident(s.at) && s.chance(420):
		s.problem = weighted(&s.random, troubles, func(p *problem) int { return p.weight })
	case s.call.method != "GET" && s.chance(75), s.chance(22):
		s.problem = weighted(&s.random, problems, func(p *problem) int { return p.weight })
	}
}

func (s *scene) log(m *maker) audit.Log {
	l := audit.Log{
		Time: s.at, Method: s.call.method, Status: s.problem.status, RequestID: s.request, TaskID: s.task,
		Customer: audit.Customer{ID: customers[s.customer], SourceID: sourceID(s.customer)},
		Campaign: s.campaign.name, Incentive: s.code,
	}
	l.Path = s.path()
	l.Endpoint = l.Method + " " + s.call.template
	l.URL = "https://api.example.com" + l.Path
	s.query(&l)
	s.caller(&l)
	s.bodies(&l, m)
	duration := s.call.ms * math.Exp(0.55*(s.unit()+s.unit()+s.unit()-1.5)*2)
	switch {
	case l.Status == 0:
		duration = 30000
	case isIncident(s.at):
		duration *= 12
	case s.chance(4):
		duration *= 40
	}
	duration = math.Round(duration*100) / 100
	l.Duration = &duration
	return l
}

// path is the template with its parameter, of which no template has two.
func (s *scene) path() string {
	before, rest, ok := strings.Cut(s.call.template, "{")
	if !ok {
		return before
	}
	name, after, _ := strings.Cut(rest, "}")
	switch name {
	case "code":
		return before + s.code + after
	case "customerId":
		return before + customers[s.customer] + after
	}
	return before + s.campaign.id + after
}

func sourceID(customer int) string { return "c-" + strconv.Itoa(10000+customer) }

func (s *scene) query(l *audit.Log) {
	switch s.call.template {
	case "/v1/vouchers":
		page := strconv.Itoa(1 + s.zipf(20))
		l.Query = map[string][]string{"limit": {"20"}, "page": {page}, "campaign": {s.campaign.name}}
		l.URL += "?limit=20&page=" + page + "&campaign=" + s.campaign.name
		l.Incentive, l.Customer = "", audit.Customer{}
	case "/client/v1/qualifications":
		l.Query = map[string][]string{"tracking_id": {l.Customer.SourceID}}
		l.URL += "?tracking_id=" + l.Customer.SourceID
	case "/v1/customers", "/v1/customers/{customerId}", "/v1/events", "/v1/orders":
		l.Campaign, l.Incentive = "", ""
	case "/v1/campaigns/{campaignId}":
		l.Incentive, l.Customer = "", audit.Customer{}
	}
}

func (s *scene) caller(l *audit.Log) {
	h := make(map[string][]string, 8)
	l.Request.Headers = h
	h["accept"] = []string{"application/json, text/plain, */*"}
	h["host"] = []string{"api.example.com"}
	if s.call.request != nil {
		h["content-type"] = []string{"application/json"}
	}
	if s.call.client {
		key := pick(&s.random, clientKeys)
		l.Origin, l.ClientKey, l.UserAgent = "Client API", key.name, pick(&s.random, browsers)
		h["x-client-application-id"], h["x-client-token"] = []string{key.id}, []string{key.secret}
		h["origin"] = []string{"https://shop.example.com"}
		l.IP = "203.0.113." + strconv.Itoa(1+s.below(254))
	} else {
		c := weighted(&s.random, callers, func(c *caller) int { return c.weight })
		l.Origin, l.UserAgent = c.origin, c.agent
		l.IP = "198.51.100." + strconv.Itoa(10+s.below(8))
		if c.origin == "Dashboard" {
			l.User = users[s.zipf(len(users))]
			h["cookie"] = []string{"session=" + randomID("", 32, &s.random)}
		} else {
			key := serverKeys[s.zipf(len(serverKeys))]
			l.APIKey = key.name
			h["x-app-id"], h["x-app-token"] = []string{key.id}, []string{key.secret}
			if c.channel != "" {
				h["x-voucherify-channel"] = []string{c.channel}
			}
		}
	}
	h["user-agent"] = []string{l.UserAgent}
	if s.chance(300) {
		l.CorrelationID = randomID("", 20, &s.random)
		h["x-correlation-id"] = []string{l.CorrelationID}
	}
}

func (s *scene) bodies(l *audit.Log, m *maker) {
	j := &json{b: m.buf[:0]}
	if s.call.request != nil {
		s.call.request(s, j)
		l.Request.Body = string(j.b)
		l.Request.Size = int64(len(j.b))
		j.b = j.b[:0]
	}
	switch {
	case l.Status == 0:
		l.Message = "no answer within 30 s"
	case l.Failed():
		l.Error = audit.LogError{Key: s.problem.key, Message: s.problem.message}
		failure(s, j)
	case s.call.response != nil:
		s.call.response(s, j)
	}
	m.buf = j.b
	if l.Status == 0 {
		return
	}
	l.Response.Body, l.Response.Size = string(j.b), int64(len(j.b))
	h := map[string][]string{
		"date":                      {s.at.Format("Mon, 02 Jan 2006 15:04:05") + " GMT"},
		"x-rate-limit-limit":        {"2000"},
		"x-rate-limit-remaining":    {strconv.Itoa(200 + s.below(1800))},
		"strict-transport-security": {"max-age=31536000"},
	}
	if len(j.b) > 0 {
		h["content-type"] = []string{"application/json; charset=utf-8"}
	}
	l.Response.Headers = h
}
