package local

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// catalog is audit.Catalog in the same database as the logs.
type catalog struct {
	store    *Store
	naming   sync.Mutex // held while a name or a secret is looked for and taken
	projects table[audit.Project]
	keys     table[keyRow]
	views    table[audit.View]
	tasks    table[audit.Task]
	exports  table[audit.Export]
	secrets  table[secret]
}

var _ audit.Catalog = (*catalog)(nil)

// keyRow is a key with its hash, which the JSON of a Key leaves out.
type keyRow struct {
	audit.Key
	Hash []byte `json:"hash"`
}

type secret struct {
	Purpose string `json:"purpose"`
	Bytes   []byte `json:"bytes"`
}

func openCatalog(s *Store) (*catalog, error) {
	c := &catalog{store: s}
	c.projects = table[audit.Project]{store: s, noun: "project", id: func(p *audit.Project) rowID { return rowID{"", p.ID} }}
	c.keys = table[keyRow]{store: s, noun: "key", id: func(k *keyRow) rowID { return rowID{k.Project, k.ID} }}
	c.views = table[audit.View]{store: s, noun: "view", id: func(v *audit.View) rowID { return rowID{v.Project, v.ID} }}
	c.tasks = table[audit.Task]{store: s, noun: "task", id: func(t *audit.Task) rowID { return rowID{t.Project, t.ID} }}
	c.exports = table[audit.Export]{store: s, noun: "export", id: func(e *audit.Export) rowID { return rowID{e.Project, e.ID} }}
	c.secrets = table[secret]{store: s, noun: "secret", id: func(s *secret) rowID { return rowID{"", s.Purpose} }}
	err := s.db.View(func(txn *badger.Txn) error {
		for _, load := range []func(*badger.Txn) error{c.projects.load, c.keys.load, c.views.load, c.tasks.load, c.exports.load, c.secrets.load} {
			if err := load(txn); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// begin makes what is there from the first open.
func (c *catalog) begin(ctx context.Context) error {
	for i, p := range []audit.Project{
		{ID: audit.DefaultProject, Name: "Default"},
		{ID: audit.OwnProject, Name: "Project Logs"},
	} {
		if _, ok := c.projects.get(rowID{"", p.ID}); ok {
			continue
		}
		p.CreatedAt = now().Add(time.Duration(i) * time.Microsecond)
		if err := c.projects.put(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// now is the time of a record: no more of it than JSON keeps.
func now() time.Time { return time.Now().UTC().Round(0).Truncate(time.Microsecond) }

// with runs a method while the store is open.
func with[R any](c *catalog, ctx context.Context, f func() (R, error)) (R, error) {
	var none R
	if err := c.store.users.enter(); err != nil {
		return none, err
	}
	defer c.store.users.leave()
	if err := ctx.Err(); err != nil {
		return none, canceled(err)
	}
	return f()
}

func (c *catalog) do(ctx context.Context, f func() error) error {
	_, err := with(c, ctx, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

func (c *catalog) Projects(ctx context.Context) ([]audit.Project, error) {
	return with(c, ctx, func() ([]audit.Project, error) { return c.allProjects(), nil })
}

func (c *catalog) allProjects() []audit.Project {
	return c.projects.all(func(*audit.Project) bool { return true }, func(a, b *audit.Project) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
}

func (c *catalog) Project(ctx context.Context, idOrName string) (audit.Project, error) {
	return with(c, ctx, func() (audit.Project, error) {
		if p, ok := c.projects.get(rowID{"", idOrName}); ok {
			return p, nil
		}
		if p, ok := c.named(idOrName); ok {
			return p, nil
		}
		return audit.Project{}, audit.Missing("project", idOrName)
	})
}

func (c *catalog) named(name string) (audit.Project, bool) {
	for _, p := range c.allProjects() {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return audit.Project{}, false
}

func (c *catalog) CreateProject(ctx context.Context, name string) (audit.Project, error) {
	return with(c, ctx, func() (audit.Project, error) {
		c.naming.Lock()
		defer c.naming.Unlock()
		name, err := c.free(name, "")
		if err != nil {
			return audit.Project{}, err
		}
		p := audit.Project{ID: c.freeID(name), Name: name, CreatedAt: now()}
		return p, c.projects.put(ctx, p)
	})
}

func (c *catalog) RenameProject(ctx context.Context, id, name string) (audit.Project, error) {
	return with(c, ctx, func() (audit.Project, error) {
		c.naming.Lock()
		defer c.naming.Unlock()
		p, ok := c.projects.get(rowID{"", id})
		if !ok {
			return p, audit.Missing("project", id)
		}
		name, err := c.free(name, id)
		if err != nil {
			return audit.Project{}, err
		}
		p.Name = name
		return p, c.projects.put(ctx, p)
	})
}

const maxName = 200

// free checks a name for the project id, "" for a new one. A name is not free
// where it is another project's ID either: projects are asked for by both.
func (c *catalog) free(name, id string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", audit.Errorf(audit.Invalid, "A project needs a name.")
	case len(name) > maxName:
		return "", audit.Errorf(audit.Invalid, "The name is too long; %d bytes are possible.", maxName)
	case strings.ContainsFunc(name, unicode.IsControl):
		return "", audit.Errorf(audit.Invalid, "The name %q has control characters.", name)
	}
	for _, p := range c.allProjects() {
		if p.ID != id && (strings.EqualFold(p.Name, name) || strings.EqualFold(p.ID, name)) {
			return "", &audit.Error{
				Code: audit.Conflict, Message: fmt.Sprintf("There is a project %s already.", p.Name),
				ResourceType: "project", ResourceID: p.ID,
			}
		}
	}
	return name, nil
}

// freeID makes an ID from a name: small letters, digits and hyphens.
func (c *catalog) freeID(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r >= 0x80 || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	base := strings.Join(words, "-")
	if len(base) > 40 {
		base = strings.TrimRight(base[:40], "-")
	}
	if base == "" {
		base = "project"
	}
	for n := 1; ; n++ {
		id := base
		if n > 1 {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		_, taken := c.projects.get(rowID{"", id})
		_, name := c.named(id)
		// The logs of a deleted project may still be on their way out.
		if !taken && (!name || id == base) && c.store.find(id) == nil {
			return id
		}
	}
}

func (c *catalog) DeleteProject(ctx context.Context, id string) error {
	return c.do(ctx, func() error {
		if _, ok := c.projects.get(rowID{"", id}); !ok {
			return audit.Missing("project", id)
		}
		if id == audit.OwnProject {
			return audit.Errorf(audit.Conflict, "The project %s keeps the logs of this program itself and cannot be deleted.", id)
		}
		if id == audit.DefaultProject {
			return audit.Errorf(audit.Conflict, "The project %s is always there; purge its logs instead.", id)
		}
		for _, remove := range []func() error{
			func() error { return c.keys.remove(ctx, c.keys.ofProject(id)...) },
			func() error { return c.views.remove(ctx, c.views.ofProject(id)...) },
			func() error { return c.tasks.remove(ctx, c.tasks.ofProject(id)...) },
			func() error { return c.exports.remove(ctx, c.exports.ofProject(id)...) },
		} {
			if err := remove(); err != nil {
				return err
			}
		}
		return c.projects.remove(ctx, rowID{"", id})
	})
}

func (c *catalog) Keys(ctx context.Context, project string) ([]audit.Key, error) {
	return with(c, ctx, func() ([]audit.Key, error) {
		rows := c.keys.all(func(k *keyRow) bool { return k.Project == project }, func(a, b *keyRow) int {
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
		})
		keys := make([]audit.Key, 0, len(rows))
		for _, r := range rows {
			keys = append(keys, r.key())
		}
		return keys, nil
	})
}

func (k *keyRow) key() audit.Key {
	key := k.Key
	key.Hash, key.Scopes = slices.Clone(k.Hash), slices.Clone(k.Scopes)
	return key
}

func (c *catalog) Key(ctx context.Context, id string) (audit.Key, error) {
	return with(c, ctx, func() (audit.Key, error) {
		c.keys.mu.RLock()
		defer c.keys.mu.RUnlock()
		for row, k := range c.keys.rows {
			if row.id == id {
				return k.key(), nil
			}
		}
		return audit.Key{}, audit.Missing("key", id)
	})
}

func (c *catalog) PutKey(ctx context.Context, k audit.Key) error {
	return c.do(ctx, func() error {
		if err := c.belongs(k.Project, k.ID, "key"); err != nil {
			return err
		}
		row := keyRow{Key: k, Hash: slices.Clone(k.Hash)}
		row.Scopes = slices.Clone(k.Scopes)
		return c.keys.put(ctx, row)
	})
}

// belongs checks the project and the id of what is to be stored.
func (c *catalog) belongs(project, id, noun string) error {
	if id == "" || strings.ContainsRune(id, 0) {
		return audit.Errorf(audit.Invalid, "A %s needs an id.", noun)
	}
	if _, ok := c.projects.get(rowID{"", project}); !ok {
		return audit.Missing("project", project)
	}
	return nil
}

func (c *catalog) Views(ctx context.Context, project string) ([]audit.View, error) {
	return with(c, ctx, func() ([]audit.View, error) {
		return c.views.all(func(v *audit.View) bool { return v.Project == project }, func(a, b *audit.View) int {
			return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
		}), nil
	})
}

func (c *catalog) PutView(ctx context.Context, v audit.View) error {
	return c.do(ctx, func() error {
		if err := c.belongs(v.Project, v.ID, "view"); err != nil {
			return err
		}
		return c.views.put(ctx, v)
	})
}

func (c *catalog) DeleteView(ctx context.Context, project, id string) error {
	return c.do(ctx, func() error {
		if _, ok := c.views.get(rowID{project, id}); !ok {
			return audit.Missing("view", id)
		}
		return c.views.remove(ctx, rowID{project, id})
	})
}

func (c *catalog) Tasks(ctx context.Context, q audit.ListQuery) (audit.List[audit.Task], error) {
	return with(c, ctx, func() (audit.List[audit.Task], error) {
		return listPage(&c.tasks, q, func(t *audit.Task) time.Time { return t.CreatedAt })
	})
}

func (c *catalog) Task(ctx context.Context, project, id string) (audit.Task, error) {
	return with(c, ctx, func() (audit.Task, error) {
		if t, ok := c.tasks.get(rowID{project, id}); ok {
			return t, nil
		}
		return audit.Task{}, audit.Missing("task", id)
	})
}

func (c *catalog) PutTask(ctx context.Context, t audit.Task) error {
	return c.do(ctx, func() error {
		if err := c.belongs(t.Project, t.ID, "task"); err != nil {
			return err
		}
		return c.tasks.put(ctx, t)
	})
}

func (c *catalog) Exports(ctx context.Context, q audit.ListQuery) (audit.List[audit.Export], error) {
	return with(c, ctx, func() (audit.List[audit.Export], error) {
		return listPage(&c.exports, q, func(e *audit.Export) time.Time { return e.CreatedAt })
	})
}

func (c *catalog) Export(ctx context.Context, project, id string) (audit.Export, error) {
	return with(c, ctx, func() (audit.Export, error) {
		if e, ok := c.exports.get(rowID{project, id}); ok {
			return e, nil
		}
		return audit.Export{}, audit.Missing("export", id)
	})
}

func (c *catalog) PutExport(ctx context.Context, e audit.Export) error {
	return c.do(ctx, func() error {
		if err := c.belongs(e.Project, e.ID, "export"); err != nil {
			return err
		}
		return c.exports.put(ctx, e)
	})
}

func (c *catalog) DeleteExport(ctx context.Context, project, id string) error {
	return c.do(ctx, func() error {
		if _, ok := c.exports.get(rowID{project, id}); !ok {
			return audit.Missing("export", id)
		}
		return c.exports.remove(ctx, rowID{project, id})
	})
}

func (c *catalog) Secret(ctx context.Context, purpose string) ([]byte, error) {
	return with(c, ctx, func() ([]byte, error) {
		c.naming.Lock()
		defer c.naming.Unlock()
		if s, ok := c.secrets.get(rowID{"", purpose}); ok {
			return slices.Clone(s.Bytes), nil
		}
		s := secret{Purpose: purpose, Bytes: make([]byte, 32)}
		rand.Read(s.Bytes)
		if err := c.secrets.put(ctx, s); err != nil {
			return nil, err
		}
		return slices.Clone(s.Bytes), nil
	})
}
