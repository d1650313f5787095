package filter

// opNames is what an operator is called in JSON, in the builder and on a chip.
type opNames struct {
	json, notJSON   string // notJSON is "" where the negation is written with "not":true
	label, notLabel string
	sign            string // what a chip shows instead of the label, "" = the label
}

var opTable = [opEnd]opNames{
	Is:             {"$is", "$is_not", "is", "is not", ""},
	Contains:       {"$contains", "$not_contain", "contains", "does not contain", ""},
	StartsWith:     {"$starts_with", "", "starts with", "does not start with", ""},
	EndsWith:       {"$ends_with", "", "ends with", "does not end with", ""},
	Matches:        {"$matches", "", "matches", "does not match", ""},
	HasValue:       {"$has_value", "$is_unknown", "has value", "is unknown", ""},
	MoreThan:       {"$more_than", "", "more than", "not more than", ">"},
	MoreThanEqual:  {"$more_than_equal", "", "more than or equal", "not more than or equal", "≥"},
	LessThan:       {"$less_than", "", "less than", "not less than", "<"},
	LessThanEqual:  {"$less_than_equal", "", "less than or equal", "not less than or equal", "≤"},
	Between:        {"$between", "", "between", "not between", ""},
	After:          {"$after", "", "after", "not after", ""},
	Before:         {"$before", "", "before", "not before", ""},
	MoreThanAgo:    {"$more_than_ago", "", "more than … ago", "not more than … ago", ""},
	LessThanAgo:    {"$less_than_ago", "", "less than … ago", "not less than … ago", ""},
	DaysAgo:        {"$is_days_ago", "", "days ago", "not … days ago", ""},
	MoreThanFuture: {"$more_than_future", "", "more than … from now", "not more than … from now", ""},
	LessThanFuture: {"$less_than_future", "", "less than … from now", "not less than … from now", ""},
	DaysInFuture:   {"$is_days_in_future", "", "days from now", "not … days from now", ""},
}

// opsOf lists the operators of each kind of field, in the order of the builder.
var opsOf = map[Kind][]Op{
	Text:     {Contains, Is, StartsWith, EndsWith, Matches, HasValue},
	String:   {Is, Contains, StartsWith, EndsWith, Matches, HasValue},
	Number:   numberOps,
	Duration: numberOps,
	Size:     numberOps,
	Time: {
		After, Before, MoreThanEqual, LessThanEqual, Between, Is, LessThanAgo, MoreThanAgo, DaysAgo,
		LessThanFuture, MoreThanFuture, DaysInFuture, HasValue,
	},
	Any: {
		Is, Contains, StartsWith, EndsWith, Matches,
		MoreThan, MoreThanEqual, LessThan, LessThanEqual, Between, HasValue,
	},
}

var numberOps = []Op{MoreThanEqual, MoreThan, LessThanEqual, LessThan, Is, Between, HasValue}

// has says whether fields of this kind have the operator.
func (k Kind) has(op Op) bool {
	for _, o := range opsOf[k] {
		if o == op {
			return true
		}
	}
	return false
}

// noun is what a value of this kind is called in a sentence.
func (k Kind) noun() string {
	switch k {
	case Number:
		return "a number"
	case Duration:
		return "a duration"
	case Size:
		return "a size"
	case Time:
		return "a time"
	}
	return "a text"
}

// jsonOps are the operators of the JSON form.
var jsonOps = func() map[string]jsonOp {
	ops := map[string]jsonOp{
		"$in":           {op: Is},
		"$not_in":       {op: Is, not: true},
		"$not_contains": {op: Contains, not: true},
	}
	for op := Is; op < opEnd; op++ {
		ops[opTable[op].json] = jsonOp{op: op}
		if opTable[op].notJSON != "" {
			ops[opTable[op].notJSON] = jsonOp{op: op, not: true}
		}
	}
	return ops
}()

type jsonOp struct {
	op  Op
	not bool
}
