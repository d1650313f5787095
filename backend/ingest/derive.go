package ingest

import (
	"cmp"
	"net/url"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// derive reads out of a log what its source did not say of itself. What the
// source said is never changed.
func derive(l *audit.Log) {
	splitURL(l)
	template, ids := templateOf(l.Path)
	if l.Endpoint == "" && l.Method != "" && template != "" {
		l.Endpoint = l.Method + " " + template
	}
	fromHeaders(l)
	fromPath(l, &ids)
	fromBodies(l)
}

func set(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// splitURL fills Path and Query from URL.
func splitURL(l *audit.Log) {
	if l.URL == "" || l.Path != "" && l.Query != nil {
		return
	}
	path, query := audit.SplitURL(l.URL)
	set(&l.Path, path)
	if l.Query == nil {
		l.Query = audit.ParseQuery(query)
	}
}

// plain decodes a segment of a path; one that is wrongly encoded stays.
func plain(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}

func header(p *audit.Payload, name string) string {
	if v := p.Headers[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func first(p *audit.Payload, names ...string) string {
	for _, name := range names {
		if v := header(p, name); v != "" {
			return v
		}
	}
	return ""
}

func fromHeaders(l *audit.Log) {
	if len(l.Request.Headers) > 0 {
		request := &l.Request
		set(&l.APIKey, header(request, "x-app-id"))
		set(&l.ClientKey, header(request, "x-client-application-id"))
		set(&l.UserAgent, header(request, "user-agent"))
		if l.IP == "" {
			ip, _, _ := strings.Cut(first(request, "x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip"), ",")
			l.IP = strings.TrimSpace(ip)
		}
		if l.Origin == "" {
			l.Origin = originOf(request)
		}
	}
	for _, p := range [...]*audit.Payload{&l.Response, &l.Request} {
		if len(p.Headers) == 0 {
			continue
		}
		set(&l.RequestID, first(p, "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-ms-request-id"))
		set(&l.CorrelationID, first(p, "x-correlation-id", "correlation-id", "x-trace-id", "x-b3-traceid"))
		if l.CorrelationID == "" {
			// 00-TRACE-SPAN-FLAGS
			if parts := strings.Split(header(p, "traceparent"), "-"); len(parts) == 4 {
				l.CorrelationID = parts[1]
			}
		}
	}
}

// originOf says what kind of caller sends such headers, "" for any.
func originOf(p *audit.Payload) string {
	switch {
	case header(p, "x-voucherify-channel") != "":
		return header(p, "x-voucherify-channel")
	case first(p, "x-client-application-id", "x-client-token") != "":
		return "Client API"
	case first(p, "x-app-id", "x-app-token", "x-api-key", "authorization") != "":
		return "API"
	}
	return ""
}

func fromPath(l *audit.Log, ids *parameters) {
	if ids.n == 0 {
		return
	}
	set(&l.Campaign, plain(ids.get("campaignId")))
	for _, name := range [...]string{"code", "tierId", "rewardId", "stackId", "memberId"} {
		set(&l.Incentive, plain(ids.get(name)))
	}
	setCustomer(l, plain(ids.get("customerId")))
	if id := ids.get("asyncActionId"); strings.HasPrefix(id, "aa_") {
		set(&l.TaskID, id)
	}
}

// setCustomer sets the id or, if it is none of the platform's, the source id.
func setCustomer(l *audit.Log, id string) {
	if strings.HasPrefix(id, "cust_") {
		set(&l.Customer.ID, id)
	} else {
		set(&l.Customer.SourceID, id)
	}
}

// maxDerived is the largest body that is looked into.
const maxDerived = 1 << 20

// object is a body as a JSON object; false if it is none.
func object(p *audit.Payload) (rawjson.Value, bool) {
	if len(p.Body) < 2 || len(p.Body) > maxDerived {
		return "", false
	}
	body := strings.TrimLeft(p.Body, " \t\r\n")
	if body == "" || body[0] != '{' {
		return "", false
	}
	v, err := rawjson.Parse(body, 200)
	return v, err == nil
}

func fromBodies(l *audit.Log) {
	if v, ok := object(&l.Request); ok {
		fromObject(l, v, 0)
	}
	v, ok := object(&l.Response)
	if !ok {
		return
	}
	if l.Failed() {
		fromError(l, v)
		return
	}
	fromObject(l, v, 0)
}

// fromObject looks for the platform's nouns in an object, and one level down in
// those that say more about it.
func fromObject(l *audit.Log, object rawjson.Value, level int) {
	for name, v := range object.Members() {
		switch name {
		case "async_action_id":
			set(&l.TaskID, text(v))
		case "request_id":
			set(&l.RequestID, text(v))
		case "campaign_id":
			set(&l.Campaign, text(v))
		case "customer_id":
			setCustomer(l, text(v))
		case "voucher_code", "voucher_id", "promotion_tier_id", "reward_id":
			set(&l.Incentive, text(v))
		case "customer":
			if v.Kind() == rawjson.Object {
				set(&l.Customer.ID, text(v.Get("id")))
				set(&l.Customer.SourceID, text(v.Get("source_id")))
			} else {
				setCustomer(l, text(v))
			}
		case "voucher", "promotion_tier", "reward", "promotion":
			fromIncentive(l, v)
		case "campaign":
			// A voucher names its campaign here, and may have its id besides.
			switch {
			case l.Campaign != "":
			case v.Kind() == rawjson.Object:
				l.Campaign = text(v.Get("id"))
			case text(v) != "":
				l.Campaign = cmp.Or(text(object.Get("campaign_id")), text(v))
			}
		case "redeemables", "redemptions":
			for item := range v.Elements() {
				if level == 0 && item.Kind() == rawjson.Object {
					if name == "redeemables" {
						set(&l.Incentive, text(item.Get("id")))
					}
					fromObject(l, item, level+1)
				}
				break
			}
		}
	}
}

func fromIncentive(l *audit.Log, v rawjson.Value) {
	if v.Kind() != rawjson.Object {
		set(&l.Incentive, text(v))
		return
	}
	set(&l.Incentive, text(v.Get("code")))
	set(&l.Incentive, text(v.Get("id")))
	set(&l.Campaign, text(v.Get("campaign_id")))
	if campaign := v.Get("campaign"); campaign.Kind() == rawjson.String {
		set(&l.Campaign, text(campaign))
	} else {
		set(&l.Campaign, text(campaign.Get("id")))
	}
}

// fromError reads why a call failed, in the shapes of the platform, of OAuth,
// of problem+json, and of common frameworks.
func fromError(l *audit.Log, v rawjson.Value) {
	set(&l.RequestID, text(v.Get("request_id")))
	inner := v.Get("error")
	if inner.Kind() == rawjson.None {
		for item := range v.Get("errors").Elements() {
			inner = item
			break
		}
	}
	if l.Error.Key == "" {
		for _, candidate := range [...]rawjson.Value{
			v.Get("key"), inner.Get("key"), inner.Get("code"), inner.Get("type"), v.Get("error_code"), inner, v.Get("type"), v.Get("code"),
		} {
			// A key is one word; a number repeats the status.
			if key := candidate.Text(); candidate.Kind() == rawjson.String && key != "" && strings.IndexByte(key, ' ') < 0 {
				l.Error.Key = key
				break
			}
		}
	}
	if l.Error.Message == "" {
		for _, candidate := range [...]rawjson.Value{
			v.Get("message"), inner.Get("message"), v.Get("error_description"), v.Get("detail"), inner.Get("detail"), v.Get("title"), v.Get("details"), inner,
		} {
			if message := text(candidate); message != "" {
				l.Error.Message = message
				break
			}
		}
		if details := text(v.Get("details")); details != "" && details != l.Error.Message {
			l.Error.Message += ": " + details
		}
	}
}

// text is a string's or a number's; "" for any other value.
func text(v rawjson.Value) string {
	switch v.Kind() {
	case rawjson.String:
		return v.Text()
	case rawjson.Number:
		return string(v)
	}
	return ""
}
