package ingest

import (
	"slices"
	"strings"
)

// collection is what stands behind a name in the paths of the platform that
// these logs are modelled on: an id, unless it is one of the literals.
type collection struct {
	parameter string
	literals  []string
}

// collections of the platform's paths (v1, v2, client/v1), by name.
var collections = map[string]collection{
	"vouchers":                     {"code", []string{"import", "importCSV", "bulk", "metadata", "qualification", "validate", "sessions"}},
	"campaigns":                    {"campaignId", []string{"import", "qualification", "examine"}},
	"redemptions":                  {"redemptionId", nil},
	"customers":                    {"customerId", []string{"importCSV", "bulk", "metadata", "permanent-deletion"}},
	"orders":                       {"orderId", []string{"import", "export"}},
	"products":                     {"productId", []string{"importCSV", "bulk", "metadata"}},
	"skus":                         {"skuId", []string{"importCSV"}},
	"product-collections":          {"productCollectionId", nil},
	"categories":                   {"categoryId", nil},
	"loyalties":                    {"campaignId", []string{"members", "earning-rules", "programs"}},
	"programs":                     {"programId", nil},
	"members":                      {"memberId", []string{"batch"}},
	"earning-rules":                {"earningRuleId", nil},
	"rewards":                      {"rewardId", []string{"assignments"}},
	"assignments":                  {"assignmentId", nil},
	"tiers":                        {"tierId", nil},
	"promotions":                   {"campaignId", []string{"tiers", "stacks", "validation"}},
	"stacks":                       {"stackId", nil},
	"publications":                 {"publicationId", []string{"create"}},
	"segments":                     {"segmentId", nil},
	"exports":                      {"exportId", nil},
	"events":                       {"eventId", nil},
	"async-actions":                {"asyncActionId", nil},
	"validation-rules":             {"validationRuleId", []string{"assignments"}},
	"validation-rules-assignments": {"assignmentId", nil},
	"metadata-schemas":             {"resource", nil},
	"locations":                    {"locationId", nil},
	"templates":                    {"templateId", []string{"campaigns"}},
	"webhooks":                     {"webhookId", nil},
	"sessions":                     {"sessionKey", nil},
	"trash":                        {"binEntryId", nil},
}

// parameters are the ids in a path, under the names of its template.
type parameters struct {
	list [4]struct{ name, value string }
	n    int
}

func (p *parameters) add(name, value string) {
	if p.n < len(p.list) {
		p.list[p.n].name, p.list[p.n].value = name, value
		p.n++
	}
}

// get returns the last id of a name, "" if there is none.
func (p *parameters) get(name string) string {
	for i := p.n - 1; i >= 0; i-- {
		if p.list[i].name == name {
			return p.list[i].value
		}
	}
	return ""
}

// templateOf turns the ids in a path into names: /v1/vouchers/V-1/redemption
// becomes /v1/vouchers/{code}/redemption. Of paths that it does not know it
// turns what looks like an id into {id}.
func templateOf(path string) (template string, found parameters) {
	known := strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v2/") || strings.HasPrefix(path, "/client/v1/")
	var out strings.Builder
	copied := 0 // of path
	before := ""
	for at := 0; at < len(path); {
		end := strings.IndexByte(path[at:], '/')
		if end < 0 {
			end = len(path)
		} else {
			end += at
		}
		segment := path[at:end]
		name := ""
		if segment != "" {
			c, ok := collections[before]
			switch {
			case known && ok && !slices.Contains(c.literals, segment) && !(before == "rewards" && isCollection(segment)):
				name = c.parameter
			case isID(segment):
				name = "id"
			}
			before = segment
		}
		if name != "" {
			found.add(name, segment)
			out.WriteString(path[copied:at])
			out.WriteByte('{')
			out.WriteString(name)
			out.WriteByte('}')
			copied = end
			before = ""
		}
		at = end + 1
	}
	if copied == 0 {
		return path, found
	}
	out.WriteString(path[copied:])
	return out.String(), found
}

func isCollection(segment string) bool {
	_, ok := collections[segment]
	return ok
}

// isID says whether a segment of a path looks like an id: a number, a UUID, an
// e-mail address, a long run of hexadecimal digits, an id with a prefix
// (cust_8fc7…), or a long token of letters and digits.
func isID(s string) bool {
	digits, hex, letters, others, underscore := 0, 0, 0, 0, -1
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
			hex++
		case 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F':
			hex++
			letters++
		case 'g' <= c && c <= 'z' || 'G' <= c && c <= 'Z':
			letters++
		case c == '@':
			return i > 0 && strings.IndexByte(s[i:], '.') > 0
		case c == '_':
			underscore = i
			others++
		default:
			others++
		}
	}
	switch n := len(s); {
	case digits == n:
		return true
	case digits == 0:
		return false
	case n == 36 && hex == 32 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-':
		return true
	case hex == n && n >= 12:
		return true
	case digits+letters == n && n >= 20:
		return true
	case underscore > 0 && underscore <= 10 && others == 1 && n-underscore > 8:
		return true
	case n >= 20 && hex >= n-2 && others <= 1: // v-0c5543eff2cb0f547f
		return true
	}
	return false
}
