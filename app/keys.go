package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var keysVerb = verb{
	name: "keys", usage: "list|create|revoke", short: "List, create and revoke the keys that let programs in.",
	subs: []verb{
		{name: "list", short: "List the keys of the project.", flags: jsonFlag, run: listKeys},
		{name: "create", usage: "NAME [--scopes a,b]", short: "Create a key; its secret is printed this once.", flags: func(fs *pflag.FlagSet, o *options) {
			fs.StringVar(&o.scopes, "scopes", "", "ingest, read, export, admin; without it ingest, read, export")
			jsonFlag(fs, o)
		}, run: createKey},
		{name: "revoke", usage: "ID", short: "Revoke a key at once.", run: revokeKey},
	},
}

func listKeys(ctx context.Context, c *call) error {
	if err := c.wantArgs(0); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var list struct {
			Data []audit.Key `json:"data"`
		}
		if err := cl.get(ctx, cl.projectPath("keys"), nil, &list); err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, list.Data)
		}
		t := c.table("id", "name", "scopes", "created", "last used", "revoked")
		for _, k := range list.Data {
			scopes := make([]string, len(k.Scopes))
			for i, s := range k.Scopes {
				scopes[i] = string(s)
			}
			if err := t.row(k.ID, k.Name, strings.Join(scopes, ","), stamp(k.CreatedAt), stamp(k.LastUsed), stamp(k.RevokedAt)); err != nil {
				return err
			}
		}
		return t.flush()
	})
}

func createKey(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "NAME"); err != nil {
		return err
	}
	ask := map[string]any{"name": c.args[0]}
	if c.scopes != "" {
		ask["scopes"] = strings.Split(c.scopes, ",")
	}
	return c.with(ctx, func(cl *client) error {
		var k struct {
			ID     string   `json:"id"`
			Name   string   `json:"name"`
			Scopes []string `json:"scopes"`
			Secret string   `json:"secret"`
		}
		if err := cl.post(ctx, cl.projectPath("keys"), ask, &k); err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, k)
		}
		fmt.Fprintf(c.stderr, "The key %s (%s). Its secret is not shown again:\n", k.Name, k.ID)
		_, err := fmt.Fprintln(c.stdout, k.Secret)
		return err
	})
}

func revokeKey(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "KEY"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var list struct {
			Data []audit.Key `json:"data"`
		}
		if err := cl.get(ctx, cl.projectPath("keys"), nil, &list); err != nil {
			return err
		}
		id, named := c.args[0], 0
		for _, k := range list.Data {
			if k.ID == c.args[0] {
				id, named = k.ID, 1
				break
			}
			if k.Name == c.args[0] && k.RevokedAt.IsZero() {
				id, named = k.ID, named+1
			}
		}
		if named > 1 {
			return usagef("%d keys have the name %s; revoke them by their ids, which keys list shows.", named, c.args[0])
		}
		return cl.exchange(ctx, request{method: http.MethodDelete, path: cl.projectPath("keys", id)}, nil)
	})
}
