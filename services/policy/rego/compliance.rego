# Findings of your own, beside the built-in rules: `opa run --server rego/`, and OPA_URL=http://127.0.0.1:8181.
# `input` is one cluster: {cluster, mesh, workloads, policies, unusedRules}; services/policy/README.md tells its fields.
package observatory.compliance

import rego.v1

findings := [finding | some finding in found]

# Workloads that hold data take mutual TLS only.
found contains {
	"rule": "data-strict-mtls",
	"severity": "high",
	"message": sprintf("%s holds data and takes plain text (%s)", [workload.name, workload.mtls]),
	"subject": {"kind": "workload", "namespace": workload.namespace, "name": workload.name},
	"remedy": "a PeerAuthentication with mode STRICT",
} if {
	some workload in input.workloads
	workload.namespace == "data"
	workload.mesh in {"istio", "ambient"}
	workload.mtls != "STRICT"
}

# Policies say who owns them.
found contains {
	"rule": "policy-owner",
	"severity": "low",
	"message": sprintf("%s has no label `owner`", [policy.metadata.name]),
	"subject": {"kind": "policy", "namespace": policy.metadata.namespace, "name": policy.metadata.name},
} if {
	some policy in input.policies
	not policy.metadata.labels.owner
}
