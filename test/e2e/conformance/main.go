// Command conformance runs those of Gateway API's own conformance tests that speak of what Sluice makes.
package main

import (
	"bytes"
	"flag"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sigs.k8s.io/gateway-api/conformance"
	"sigs.k8s.io/gateway-api/conformance/tests"
	"sigs.k8s.io/gateway-api/conformance/utils/suite"
)

var only = flag.String("only", "", "the names of the tests to run, by commas")
var echo = flag.String("echo", "", "the image in place of the suite's own echo-basic")

// What the suite deploys beside the backends of these tests: TLS and gRPC servers, and images that a lab doesn't have.
var backend = regexp.MustCompile(`(?m)^  name: (infra-backend-v[123]|app-backend-v[12]|web-backend)$`)

func main() {
	testing.Init()
	flag.Parse()
	one := []testing.InternalTest{{Name: "Conformance", F: run}}
	testing.Main(func(string, string) (bool, error) { return true, nil }, one, nil, nil)
}

func run(t *testing.T) {
	options := conformance.DefaultOptions(t)
	wanted := strings.Split(*only, ",")
	for _, name := range wanted {
		if !slices.ContainsFunc(tests.ConformanceTests, func(test suite.ConformanceTest) bool { return test.ShortName == name }) {
			t.Fatalf("the suite has no test %s", name)
		}
	}
	for _, test := range tests.ConformanceTests {
		if !slices.Contains(wanted, test.ShortName) {
			options.SkipTests = append(options.SkipTests, test.ShortName)
		}
	}
	options.ManifestFS = []fs.FS{withBackends(t)}
	options.CleanupBaseResources = true
	options.TimeoutConfig.NamespacesMustBeReady = 5 * time.Minute
	options.TimeoutConfig.RequestTimeout = 10 * time.Second
	options.TimeoutConfig.DefaultTestTimeout = 2 * time.Minute
	options.TimeoutConfig.MaxTimeToConsistency = 90 * time.Second
	conformance.RunConformanceWithOptions(t, options)
}

// The suite's manifests, of whose Deployments only the backends are left, one pod each.
func withBackends(t *testing.T) fs.FS {
	all := fstest.MapFS{}
	err := fs.WalkDir(&conformance.Manifests, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(&conformance.Manifests, path)
		all[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]byte
	for _, document := range bytes.Split(all["base/manifests.yaml"].Data, []byte("\n---\n")) {
		isDeployment := bytes.Contains(document, []byte("kind: Deployment"))
		if !isDeployment || backend.Match(document) {
			kept = append(kept, document)
		}
	}
	base := bytes.Join(kept, []byte("\n---\n"))
	base = regexp.MustCompile(`image: \S*echo-basic\S*`).ReplaceAll(base, []byte("image: "+*echo))
	base = regexp.MustCompile(`replicas: \d+`).ReplaceAll(base, []byte("replicas: 1"))
	all["base/manifests.yaml"] = &fstest.MapFile{Data: base}
	return all
}
