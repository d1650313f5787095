package sample

import "projectlogs/backend/audit"

// Who and what there is.

type campaign struct{ id, name, prefix string }

var campaigns = func() []campaign {
	names := []struct{ name, prefix string }{
		{"spring-2026", "SPRING-26"},
		{"welcome-10", "WELCOME"},
		{"winter-2025", "WINTER-25"},
		{"cart-recovery", "CART"},
		{"free-shipping", "SHIP"},
		{"loyalty-gold", "GOLD"},
		{"birthday-gift", "BDAY"},
		{"student-15", "STUDENT"},
		{"referral-autumn", "REF"},
		{"app-launch", "APP"},
		{"clearance", "CLEAR"},
		{"vip-early-access", "VIP"},
	}
	all := make([]campaign, len(names))
	for i, id := range list("camp_", 24, len(names), 1) {
		all[i] = campaign{id, names[i].name, names[i].prefix}
	}
	return all
}()

var (
	customers = list("cust_", 24, 4000, 2)
	rules     = list("val_", 12, 20, 3)
	productID = list("prod_", 18, 60, 4)
)

var users = func() []audit.User {
	var all []audit.User
	for i, id := range list("user_", 22, 6, 5) {
		all = append(all, audit.User{ID: id, Email: []string{"mara", "ilan", "noor", "tove", "ravi", "ops"}[i] + "@example.com"})
	}
	return all
}()

type apiKey struct{ name, id, secret string }

var serverKeys = []apiKey{
	{"checkout-eu", uuid(10), uuid(20)}, {"checkout-us", uuid(11), uuid(21)}, {"CRM sync", uuid(12), uuid(22)}, {"mobile backend", uuid(13), uuid(23)},
}

var clientKeys = []apiKey{{"web shop", uuid(14), uuid(24)}, {"mobile app", uuid(15), uuid(25)}}

// caller is a kind of client.
type caller struct {
	origin, channel, agent string
	weight                 int
}

var callers = []caller{
	{"API", "", "axios/1.7.5", 46},
	{"Node.js SDK", "Node.js-v20.20.2-SDK-v2.9.0", "axios/1.7.5", 18},
	{"PHP SDK", "PHP-SDK", "GuzzleHttp/7", 9},
	{"Braze", "Braze Outbound", "okhttp/4.12.0", 7},
	{"WooCommerce", "wc-plugin-4.2.1", "WordPress/6.6", 6},
	{"Dashboard", "", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", 14},
}

var browsers = []string{
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
	"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
}

var products = []string{
	"Canvas bag", "Blue shirt", "Running socks", "Tea set", "Desk lamp", "Wool scarf", "Garden shears", "Notebook A5", "Rain jacket",
	"Coffee beans 1 kg", "Bicycle bell", "Ceramic bowl", "Linen sheets", "Headphones", "Backpack 20 l", "Olive oil", "Board game", "Winter gloves",
}

var cities = []string{"Springfield", "Riverton", "Lakeside", "Hillview", "Fairport", "Milltown", "Oakdale", "Kingsbridge"}

// problem is why a call fails.
type problem struct {
	status                int
	key, message, details string
	weight                int
}

// problems of calls about vouchers, most frequent first.
var problems = []problem{
	{400, "voucher_expired", "Voucher expired", "Voucher expired on 2026-10-31T23:59:59Z", 18},
	{404, "voucher_not_found", "Voucher not found", "Cannot find voucher with id ", 16},
	{400, "quantity_exceeded", "Quantity exceeded", "Redemption limit of 1 is used up", 14},
	{400, "order_rules_violated", "Order validation rules violated", "The order's amount is below 5000", 11},
	{400, "customer_rules_violated", "Customer validation rules violated", "The customer is in no allowed segment", 8},
	{400, "voucher_disabled", "Voucher is disabled", "The voucher was disabled by a user", 6},
	{400, "voucher_not_active", "Voucher is not active yet", "The voucher starts on 2026-12-01T00:00:00Z", 4},
	{400, "invalid_payload", "Invalid payload", "Property .order.amount should be a number", 5},
	{400, "out_of_stock", "Product out of stock", "sku size-small is out of stock", 4},
	{409, "duplicate_found", "Duplicate resource found", "A customer with this source_id exists already", 3},
	{401, "unauthorized", "Unauthorized", "", 2},
	{429, "too_many_requests", "Too many requests hit the API too quickly", "Limit of 2000 requests a minute", 6},
	{500, "internal_error", "Internal error", "", 2},
	{0, "", "", "", 1},
}

// troubles are the problems of the incident.
var troubles = []problem{
	{503, "service_unavailable", "Service unavailable", "Upstream redemption engine did not answer in time", 5},
	{500, "internal_error", "Internal error", "", 3},
	{429, "too_many_requests", "Too many requests hit the API too quickly", "Limit of 2000 requests a minute", 2},
	{0, "", "", "", 1},
}

func weighted[T any](r *random, all []T, weight func(*T) int) T {
	sum := 0
	for i := range all {
		sum += weight(&all[i])
	}
	at := r.below(sum)
	for i := range all {
		if at -= weight(&all[i]); at < 0 {
			return all[i]
		}
	}
	panic("unreachable: weights do not add up")
}
