package sample

import (
	"strconv"
	"time"
)

// json writes a body. Its strings need no escapes.
type json struct {
	b     []byte
	comma bool
}

func (j *json) raw(s string) *json {
	j.b = append(j.b, s...)
	return j
}

func (j *json) name(name string) *json {
	if j.comma {
		j.b = append(j.b, ',')
	}
	j.b = append(j.b, '"')
	j.b = append(j.b, name...)
	j.b = append(j.b, '"', ':')
	j.comma = true
	return j
}

func (j *json) str(name, value string) *json {
	j.name(name)
	j.b = append(j.b, '"')
	j.b = append(j.b, value...)
	j.b = append(j.b, '"')
	return j
}

func (j *json) int(name string, value int) *json {
	j.name(name)
	j.b = strconv.AppendInt(j.b, int64(value), 10)
	return j
}

func (j *json) lit(name, value string) *json {
	j.name(name)
	return j.raw(value)
}

func (j *json) time(name string, t time.Time) *json {
	j.name(name)
	j.b = append(j.b, '"')
	j.b = t.AppendFormat(j.b, "2006-01-02T15:04:05.000Z")
	j.b = append(j.b, '"')
	return j
}

func (j *json) object(name string, fill func()) *json {
	if name != "" {
		j.name(name)
	}
	j.b = append(j.b, '{')
	j.comma = false
	fill()
	j.b = append(j.b, '}')
	j.comma = true
	return j
}

func (j *json) array(name string, n int, item func(i int)) *json {
	j.name(name)
	j.b = append(j.b, '[')
	for i := range n {
		if i > 0 {
			j.b = append(j.b, ',')
		}
		j.comma = false
		item(i)
	}
	j.b = append(j.b, ']')
	j.comma = true
	return j
}

func (s *scene) ref(j *json) {
	j.object("customer", func() {
		j.str("source_id", sourceID(s.customer)).str("email", "shopper"+strconv.Itoa(s.customer)+"@example.com")
		j.object("metadata", func() { j.str("lang", pick(&s.random, []string{"en", "de", "pl", "fr"})).int("age", 18+s.customer%60) })
	})
}

func (s *scene) items(j *json) int {
	n := 1 + s.zipf(9)
	amount := 0
	j.array("items", n, func(int) {
		product := s.zipf(len(productID))
		quantity, price := 1+s.zipf(4), 499+100*s.below(90)
		amount += quantity * price
		j.object("", func() {
			j.str("product_id", productID[product]).str("sku_id", "sku_"+productID[product][5:]).int("quantity", quantity).int("price", price).int("amount", quantity*price)
			j.object("product", func() {
				j.str("name", products[product%len(products)]).object("metadata", func() { j.str("colour", pick(&s.random, []string{"blue", "red", "green", "black"})) })
			})
		})
	})
	return amount
}

func (s *scene) order(j *json) {
	j.object("order", func() {
		j.str("source_id", "order-"+strconv.Itoa(100000+s.below(900000))).str("status", "CREATED")
		amount := s.items(j)
		j.int("amount", amount).str("currency", "EUR")
		j.object("metadata", func() { j.str("city", pick(&s.random, cities)).str("store", "web") })
	})
}

func order(s *scene, j *json) {
	j.object("", func() {
		j.array("redeemables", 1, func(int) { j.object("", func() { j.str("object", "voucher").str("id", s.code) }) })
		s.order(j)
		s.ref(j)
		j.object("session", func() { j.str("type", "LOCK").str("key", "ssn_"+s.request[2:]) })
	})
}

func plainOrder(s *scene, j *json) {
	j.object("", func() {
		s.order(j)
		s.ref(j)
	})
}

func customer(s *scene, j *json) {
	j.object("", func() {
		j.str("id", customers[s.customer]).str("source_id", sourceID(s.customer)).str("email", "shopper"+strconv.Itoa(s.customer)+"@example.com")
		j.object("address", func() {
			j.str("city", cities[s.customer%len(cities)]).str("country", "XX").str("postal_code", strconv.Itoa(10000+s.customer))
		})
		j.object("summary", func() {
			j.object("redemptions", func() {
				j.int("total_redeemed", s.zipf(40)).int("total_failed", s.zipf(6)).int("total_succeeded", s.zipf(34))
			})
			j.object("orders", func() { j.int("total_amount", 100*s.below(9000)).int("total_count", s.zipf(50)) })
		})
		j.object("loyalty", func() { j.int("points", s.zipf(5000)).int("referred_customers", s.zipf(5)) })
		j.object("metadata", func() { j.str("lang", "en").lit("newsletter", pick(&s.random, []string{"true", "false"})) })
		j.time("created_at", s.at.AddDate(0, 0, -1-s.customer%700)).str("object", "customer")
	})
}

func (s *scene) voucher(j *json, code string) {
	j.str("id", "v_"+customers[s.customer][5:]+s.request[10:18]).str("code", code).str("campaign", s.campaign.name).str("campaign_id", s.campaign.id)
	j.str("category", "seasonal").str("type", "DISCOUNT_VOUCHER")
	j.object("discount", func() { j.str("type", "PERCENT").int("percent_off", 5+5*s.below(6)).str("effect", "APPLY_TO_ORDER") })
	j.time("start_date", s.at.AddDate(0, -2, 0)).time("expiration_date", s.at.AddDate(0, 4, 0)).lit("active", "true")
	j.object("redemption", func() {
		j.int("quantity", 1+s.below(3)).int("redeemed_quantity", s.below(2)).str("object", "list").str("url", "/v1/vouchers/"+code+"/redemptions?page=1&limit=10")
	})
	j.object("publish", func() {
		j.str("object", "list").int("count", s.below(3)).str("url", "/v1/vouchers/"+code+"/publications?page=1&limit=10")
	})
	j.object("assets", func() {
		j.object("qr", func() {
			j.str("id", "U2FsdGVk"+s.request[2:]).str("url", "https://assets.example.com/qr/"+s.request[2:]+".png")
		})
		j.object("barcode", func() {
			j.str("id", "U2FsdGVk"+s.request[4:]).str("url", "https://assets.example.com/bar/"+s.request[2:]+".png")
		})
	})
	j.object("validation_rules_assignments", func() {
		j.str("object", "list").array("data", 1, func(int) {
			j.object("", func() {
				j.str("rule_id", pick(&s.random, rules)).str("related_object_type", "campaign").str("object", "validation_rules_assignment")
			})
		})
	})
	j.lit("is_referral_code", "false").str("object", "voucher")
}

func voucher(s *scene, j *json) {
	j.object("", func() {
		s.voucher(j, s.code)
		j.object("metadata", func() { j.str("batch", "b-"+s.code[len(s.code)-5:]).str("note", "made for "+s.campaign.name) })
	})
}

func vouchers(s *scene, j *json) {
	j.object("", func() {
		j.str("object", "list").int("total", 100+s.zipf(9000)).str("data_ref", "vouchers")
		j.array("vouchers", 4+s.below(13), func(i int) {
			j.object("", func() { s.voucher(j, s.campaign.prefix+"-"+strconv.Itoa(10000+s.below(90000))) })
		})
	})
}

func validation(s *scene, j *json) {
	j.object("", func() {
		valid := !s.chance(60)
		j.lit("valid", strconv.FormatBool(valid))
		j.array("redeemables", 1, func(int) {
			j.object("", func() {
				j.str("status", map[bool]string{true: "APPLICABLE", false: "INAPPLICABLE"}[valid]).str("id", s.code).str("object", "voucher")
				j.object("result", func() {
					if valid {
						j.object("discount", func() { j.str("type", "PERCENT").int("percent_off", 10).str("effect", "APPLY_TO_ORDER") })
					} else {
						j.object("error", func() { j.int("code", 400).str("key", "voucher_expired").str("message", "voucher expired") })
					}
				})
			})
		})
		s.order(j)
		s.ref(j)
		j.str("tracking_id", "track_"+s.request[2:]).object("session", func() { j.str("key", "ssn_"+s.request[2:]).str("type", "LOCK").int("ttl", 7) })
	})
}

func redemption(s *scene, j *json) {
	j.object("", func() {
		j.array("redemptions", 1, func(int) {
			j.object("", func() {
				j.str("id", "r_"+s.request[2:]).str("customer_id", customers[s.customer]).time("date", s.at).int("amount", 100*s.below(400))
				j.str("result", "SUCCESS").str("status", "SUCCEEDED")
				j.object("channel", func() { j.str("channel_type", "API").str("channel_id", serverKeys[0].id) })
				j.object("customer", func() {
					j.str("id", customers[s.customer]).str("source_id", sourceID(s.customer)).str("object", "customer")
				})
				j.object("voucher", func() { s.voucher(j, s.code) })
				j.str("object", "redemption")
			})
		})
		s.order(j)
	})
}

func qualifications(s *scene, j *json) {
	j.object("", func() {
		j.object("redeemables", func() {
			j.str("object", "list").str("data_ref", "data").array("data", 2+s.below(9), func(i int) {
				c := campaigns[(i+s.customer)%len(campaigns)]
				j.object("", func() {
					j.str("id", c.prefix+"-"+s.request[14:]).str("object", "voucher").str("campaign_name", c.name).str("campaign_id", c.id)
					j.object("result", func() { j.object("discount", func() { j.str("type", "AMOUNT").int("amount_off", 500+100*i) }) })
					j.object("order", func() { j.int("amount", 10000).int("total_discount_amount", 500+100*i).int("total_amount", 9500-100*i) })
					j.lit("applicable_to", `{"data":[],"total":0,"object":"list"}`).object("metadata", func() { j.str("tier", pick(&s.random, []string{"basic", "plus", "gold"})) })
				})
			})
			j.int("total", 12).lit("has_more", "true")
		})
		j.str("tracking_id", "track_"+s.request[2:])
	})
}

func event(s *scene, j *json) {
	j.object("", func() {
		j.str("event", pick(&s.random, []string{"cart_abandoned", "product_viewed", "newsletter_joined", "review_written"}))
		s.ref(j)
		j.object("metadata", func() {
			j.str("page", "/"+s.campaign.name).int("seconds", s.below(600)).str("product", pick(&s.random, products))
		})
	})
}

func accepted(s *scene, j *json) {
	j.object("", func() {
		j.str("object", "event").str("type", "custom")
		j.object("customer", func() { j.str("id", customers[s.customer]).str("object", "customer") })
		j.lit("referral", "null").lit("loyalty", "null")
	})
}

func campaignBody(s *scene, j *json) {
	j.object("", func() {
		j.str("id", s.campaign.id).str("name", s.campaign.name).str("campaign_type", "DISCOUNT_COUPONS").str("type", "AUTO_UPDATE")
		j.object("voucher", func() {
			j.str("type", "DISCOUNT_VOUCHER").object("discount", func() { j.str("type", "PERCENT").int("percent_off", 10) })
			j.object("code_config", func() { j.str("pattern", s.campaign.prefix+"-#####") })
		})
		j.str("vouchers_generation_status", "DONE").int("vouchers_count", 1000+s.zipf(90000)).lit("active", "true")
		j.time("created_at", s.at.AddDate(0, -3, 0)).str("object", "campaign")
	})
}

func publication(s *scene, j *json) {
	j.object("", func() {
		j.object("campaign", func() { j.str("name", s.campaign.name).int("count", 1) })
		s.ref(j)
		j.str("channel", "e-mail")
	})
}

func failure(s *scene, j *json) {
	p := s.problem
	details := p.details
	if p.key == "voucher_not_found" {
		details += s.code
	}
	j.object("", func() {
		j.int("code", p.status).str("key", p.key).str("message", p.message)
		if details != "" {
			j.str("details", details)
		}
		j.str("request_id", s.request)
		if p.key == "voucher_not_found" {
			j.str("resource_id", s.code).str("resource_type", "voucher")
		}
	})
}
