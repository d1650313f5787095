package audit

import "strings"

// names.go is the one mapping of other names to ours. A line of nameTable says:
// a value under one of these names goes to that slot of a Log. The mapping of
// another tool is lines here and nothing else.
//
// How names are compared: without regard to case, "_", "-", spaces and
// parentheses, so that status_code, statusCode and Status-Code are one, and
// Duration (ms) is duration_ms. A dot is a level: http.route
// is found as {"http":{"route":…}}, as {"http.route":…} and as http_route.
// "request." also stands for req., and "response." for res. and resp.
//
// Where a record has several names of a slot, the one that stands earlier in
// the table is taken, and the others stay in the attributes unless they say the
// same. A value that does not fit (a status "info") stays there as well and
// makes room for the next name.

// slot is a place in a Log.
type slot uint8

const (
	slotID slot = iota
	slotTime
	slotOrigin
	slotMethod
	slotURL
	slotPath
	slotQuery
	slotEndpoint
	slotStatus
	slotResult
	slotDuration
	slotUserID
	slotUserEmail
	slotUser
	slotCustomerID
	slotCustomerSource
	slotCustomer
	slotAPIKey
	slotClientKey
	slotCampaign
	slotIncentive
	slotRequestID
	slotCorrelationID
	slotTaskID
	slotIP
	slotUserAgent
	slotMessage
	slotErrorKey
	slotErrorMessage
	slotSource
	slotAttributes
	slotRequestLine
	slotRequestHeaders
	slotRequestBody
	slotRequestEncoding
	slotRequestSize
	slotRequestKept
	slotResponseHeaders
	slotResponseBody
	slotResponseEncoding
	slotResponseSize
	slotResponseKept
	slotCount
)

var nameTable = []struct {
	slot  slot
	names string
	set   setter
}{
	{slotID, "id log_id", setID},
	{slotTime, `time timestamp @timestamp created_at ts datetime date_time date event_time event.start
		start_time started_at started_date_time occurred_at logged_at time_iso8601 time_local @t asctime msec
		event_date when event.created`, setTime},
	{slotOrigin, "origin channel", setText(func(l *Log) *string { return &l.Origin })},
	{slotMethod, "method http_method request.method verb http.request.method http.method cs-method", setMethod},
	{slotURL, `url request.url url.full full_url http.url url.original original_url request.original_url
		uri request.uri http.target href target cs-uri`, setText(func(l *Log) *string { return &l.URL })},
	{slotPath, `path request.path url.path http.path pathname uri_path uri_stem cs-uri-stem`, setText(func(l *Log) *string { return &l.Path })},
	{slotQuery, `query query_string query_params request.query request.query_string url.query
		http.query cs-uri-query`, setQuery},
	{slotEndpoint, "endpoint http.route url.template route request.route path_template", setEndpoint},
	{slotStatus, `status status_code response.status response.status_code http_status http_status_code
		response_code http.response.status_code http.status_code http_code sc-status code`, setStatus},
	{slotResult, "result status", setResult},
	{slotDuration, `duration duration_ms request.duration request.duration_ms response_time response_time_ms
		latency latency_ms elapsed elapsed_ms elapsed_time took took_ms time_taken time_taken_ms time_ms
		processing_time processing_time_ms total_time total_time_ms http.duration`, setDuration("ms")},
	{slotDuration, `request_time duration_s duration_sec duration_seconds latency_s latency_seconds elapsed_s
		elapsed_seconds response_time_s response_time_seconds took_s`, setDuration("s")},
	{slotDuration, `duration_us duration_micros latency_us elapsed_us took_us`, setDuration("us")},
	{slotDuration, `event.duration duration_ns duration_nanos latency_ns elapsed_ns`, setDuration("ns")},
	{slotUserID, "user.id uid", setText(func(l *Log) *string { return &l.User.ID })},
	{slotUserEmail, "user.email email", setText(func(l *Log) *string { return &l.User.Email })},
	{slotUser, "user username user.name remote_user cs-username", setUser},
	{slotCustomerID, "customer.id", setText(func(l *Log) *string { return &l.Customer.ID })},
	{slotCustomerSource, "customer.source_id", setText(func(l *Log) *string { return &l.Customer.SourceID })},
	{slotCustomer, "customer", setCustomer},
	{slotAPIKey, "api_key api_key.name api_key.id api_key.app_id api_key_id app_id key_id", setText(func(l *Log) *string { return &l.APIKey })},
	{slotClientKey, "client_key client_key.name client_key.id client_app_id client_application_id", setText(func(l *Log) *string { return &l.ClientKey })},
	{slotCampaign, "campaign campaign.id campaign.name", setText(func(l *Log) *string { return &l.Campaign })},
	{slotIncentive, "incentive incentive.id incentive.code voucher voucher.code voucher.id", setText(func(l *Log) *string { return &l.Incentive })},
	{slotRequestID, "request_id request.id http.request.id x_request_id", setText(func(l *Log) *string { return &l.RequestID })},
	{slotCorrelationID, "correlation_id x_correlation_id trace.id trace", setText(func(l *Log) *string { return &l.CorrelationID })},
	{slotTaskID, "task_id async_action_id", setText(func(l *Log) *string { return &l.TaskID })},
	{slotIP, `ip ip_address client_ip client.ip client.address remote_ip remote_addr remote_address request.ip
		request.remote_address http.client_ip source.ip source.address x_real_ip c-ip`, setText(func(l *Log) *string { return &l.IP })},
	{slotUserAgent, `user_agent user_agent.original http_user_agent http.user_agent request.user_agent ua agent
		cs(user-agent)`, setText(func(l *Log) *string { return &l.UserAgent })},
	{slotMessage, "message msg @m short_message log", setText(func(l *Log) *string { return &l.Message })},
	{slotErrorKey, "error.key error.code error.type err.code err.type", setText(func(l *Log) *string { return &l.Error.Key })},
	{slotErrorMessage, "error.message error.reason error err.message err", setText(func(l *Log) *string { return &l.Error.Message })},
	{slotSource, "source", setText(func(l *Log) *string { return &l.Source })},
	{slotAttributes, "attributes", setAttributes},
	{slotRequestLine, "request", setRequestLine},
	{slotRequestHeaders, "request.headers http.request.headers", setHeaders(requestOf)},
	{slotRequestBody, "request.body request.payload http.request.body.content http.request.body", setBody(requestOf)},
	{slotRequestEncoding, "request.body_encoding", setEncoding(requestOf)},
	{slotRequestSize, `request.size request.bytes request.length request.body_size http.request.body.bytes
		http.request.bytes http.request.body.size cs-bytes`, setSize(func(l *Log) *int64 { return &l.Request.Size })},
	{slotRequestKept, "request.truncated_at", setSize(func(l *Log) *int64 { return &l.Request.TruncatedAt })},
	{slotResponseHeaders, "response.headers http.response.headers", setHeaders(responseOf)},
	{slotResponseBody, "response.body response.payload http.response.body.content http.response.body", setBody(responseOf)},
	{slotResponseEncoding, "response.body_encoding", setEncoding(responseOf)},
	{slotResponseSize, `response.size response.bytes response.length response.body_size body_bytes_sent
		http.response.body.bytes http.response.bytes http.response.body.size bytes_sent content_length bytes size
		sc-bytes`, setSize(func(l *Log) *int64 { return &l.Response.Size })},
	{slotResponseKept, "response.truncated_at", setSize(func(l *Log) *int64 { return &l.Response.TruncatedAt })},
}

// name is what a name, or the beginning of one, means.
type name struct {
	targets  []target         // empty where it is only the beginning of others
	children map[string]*name // by the next level
}

// target is a slot that a name may go to, with its place in the table.
type target struct {
	slot slot
	rank uint16
	set  setter
}

// known is nameTable as a tree; its keys are canonical.
var known = buildNames()

func buildNames() *name {
	root := &name{}
	var joined []struct {
		levels []string
		target target
	}
	rank := uint16(0)
	for _, line := range nameTable {
		for _, written := range strings.Fields(line.names) {
			rank++
			t := target{line.slot, rank, line.set}
			for _, variant := range prefixVariants(written) {
				levels := strings.Split(variant, ".")
				root.add(levels, t)
				if len(levels) > 1 {
					joined = append(joined, struct {
						levels []string
						target target
					}{[]string{strings.Join(levels, "")}, t})
				}
			}
		}
	}
	// request_body is request.body, where the table does not say otherwise.
	for _, j := range joined {
		if n := root.children[canonical(j.levels[0])]; n == nil || len(n.targets) == 0 {
			root.add(j.levels, j.target)
		}
	}
	return root
}

// prefixVariants are the short forms of request. and response.
func prefixVariants(written string) []string {
	if rest, ok := strings.CutPrefix(written, "request."); ok {
		return []string{written, "req." + rest}
	}
	if rest, ok := strings.CutPrefix(written, "response."); ok {
		return []string{written, "res." + rest, "resp." + rest}
	}
	if written == "request" {
		return []string{written, "req"}
	}
	return []string{written}
}

func (n *name) add(levels []string, t target) {
	if len(levels) == 0 {
		for _, has := range n.targets {
			if has.slot == t.slot {
				return
			}
		}
		n.targets = append(n.targets, t)
		return
	}
	key := canonical(levels[0])
	child := n.children[key]
	if child == nil {
		child = &name{}
		if n.children == nil {
			n.children = map[string]*name{}
		}
		n.children[key] = child
	}
	child.add(levels[1:], t)
}

// find is what a name that stands at this level means; nil for an unknown one.
func (n *name) find(key string) *name {
	if n.children == nil || len(key) > 64 {
		return nil
	}
	if found := n.children[key]; found != nil {
		return found
	}
	if found := n.children[canonical(key)]; found != nil {
		return found
	}
	if head, rest, ok := strings.Cut(key, "."); ok {
		if next := n.find(head); next != nil {
			return next.find(rest)
		}
	}
	return nil
}

// canonical is how names are compared.
func canonical(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c != '_' && c != '-' && c != ' ' && c != '(' && c != ')' && (c < 'A' || c > 'Z')
	}
	if plain {
		return s
	}
	out := make([]byte, 0, 64)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' || c == '-' || c == ' ' || c == '(' || c == ')' {
			continue
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// EndpointSlug is an endpoint as the audited platform writes it: of
// "POST /v1/vouchers/importCSV" POST_v1_vouchers_import_csv.
func EndpointSlug(endpoint string) string {
	method, path, found := strings.Cut(endpoint, " ")
	if !found {
		return endpoint
	}
	slug := []byte(method)
	upper := true // no underscore between the capitals of a word
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case 'A' <= c && c <= 'Z':
			if !upper {
				slug = append(slug, '_')
			}
			slug = append(slug, c+'a'-'A')
			upper = true
			continue
		case c == '{' || c == '}':
			continue
		case c == '/' || c == '-' || c == '.' || c == ':' || c == ' ':
			if slug[len(slug)-1] != '_' {
				slug = append(slug, '_')
			}
			upper = true
			continue
		default:
			slug = append(slug, c)
		}
		upper = false
	}
	return strings.TrimRight(string(slug), "_")
}
