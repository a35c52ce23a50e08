"""The policy that overlays are checked by catches what it is there to catch."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

GOOD_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: scorer, namespace: answerlens}
spec:
  template:
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 60
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: service
          image: answerlens/scorer:0.1.0
          env: [{name: ANSWERLENS_LLM_API_KEY, valueFrom: {secretKeyRef: {name: llm, key: api-key}}}]
          livenessProbe: {httpGet: {path: /live, port: http}}
          readinessProbe: {httpGet: {path: /ready, port: http}}
          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
      volumes: [{name: tmp, emptyDir: {sizeLimit: 1Gi}}]
"""
GOOD_SCALING = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: scorer, namespace: answerlens}
spec:
  scaleTargetRef: {name: scorer}
  minReplicaCount: 1
  maxReplicaCount: 3
  triggers:
    - type: rabbitmq
      metadata: {protocol: http, mode: QueueLength, value: "2", queueName: scorer.x.express}
      authenticationRef: {name: rabbitmq}
    - type: rabbitmq
      metadata: {protocol: http, mode: QueueLength, value: "2", queueName: scorer.x.bulk}
      authenticationRef: {name: rabbitmq}
"""
Change = Callable[[dict[str, Any]], Any]


def _pod(deployment: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return pod


def _container(deployment: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = _pod(deployment)["containers"][0]
    return container


DEPLOYMENTS_THAT_ARE_WRONG: dict[str, Change] = {
    "as root": lambda item: _pod(item)["securityContext"].update(runAsNonRoot=False),
    "user 0": lambda item: _pod(item)["securityContext"].update(runAsUser=0),
    "no seccomp": lambda item: _pod(item)["securityContext"].pop("seccompProfile"),
    "a token": lambda item: _pod(item).pop("automountServiceAccountToken"),
    "the node's network": lambda item: _pod(item).update(hostNetwork=True),
    "the node's files": lambda item: _pod(item)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    "boundless scratch": lambda item: _pod(item)["volumes"].append({"name": "x", "emptyDir": {}}),
    "a short grace": lambda item: _pod(item).update(terminationGracePeriodSeconds=30),
    "a writable root": lambda item: _container(item)["securityContext"].update(readOnlyRootFilesystem=False),
    "escalation": lambda item: _container(item)["securityContext"].pop("allowPrivilegeEscalation"),
    "privileged": lambda item: _container(item)["securityContext"].update(privileged=True),
    "a capability": lambda item: _container(item)["securityContext"]["capabilities"].update(add=["NET_RAW"]),
    "capabilities kept": lambda item: _container(item)["securityContext"]["capabilities"].update(drop=[]),
    "no limits": lambda item: _container(item)["resources"].pop("limits"),
    "no readiness": lambda item: _container(item).pop("readinessProbe"),
    "no tag": lambda item: _container(item).update(image="answerlens/scorer"),
    "latest": lambda item: _container(item).update(image="answerlens/scorer:latest"),
    "a key in clear": lambda item: _container(item).update(env=[{"name": "X_API_KEY", "value": "abc"}]),
    "an unsafe init container": lambda item: _pod(item).update(initContainers=[{"name": "x", "image": "y:1"}]),
    "another namespace": lambda item: item["metadata"].update(namespace="default"),
}
SCALINGS_THAT_ARE_WRONG: dict[str, Change] = {
    "misspelt": lambda item: item["spec"].update(maxReplicas=3),
    "to nothing": lambda item: item["spec"].update(minReplicaCount=0),
    "one lane only": lambda item: item["spec"]["triggers"].pop(),
    "a number for text": lambda item: item["spec"]["triggers"][0]["metadata"].update(value=2),
    "a password": lambda item: item["spec"]["triggers"][0]["metadata"].update(host="http://u:p@h/"),
    "no credentials": lambda item: item["spec"]["triggers"][0].pop("authenticationRef"),
}


@pytest.fixture(scope="module")
def policy(root: Path) -> jsonschema.Draft202012Validator:
    schema = json.loads((root / "deploy/k8s/policy.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("good", [GOOD_DEPLOYMENT, GOOD_SCALING])
def test_what_is_right_passes(policy: jsonschema.Draft202012Validator, good: str) -> None:
    assert list(policy.iter_errors(yaml.safe_load(good))) == []


@pytest.mark.parametrize("change", DEPLOYMENTS_THAT_ARE_WRONG.values(), ids=DEPLOYMENTS_THAT_ARE_WRONG)
def test_a_deployment_that_is_wrong_is_caught(policy: jsonschema.Draft202012Validator, change: Change) -> None:
    item = copy.deepcopy(yaml.safe_load(GOOD_DEPLOYMENT))
    change(item)
    assert not policy.is_valid(item)


@pytest.mark.parametrize("change", SCALINGS_THAT_ARE_WRONG.values(), ids=SCALINGS_THAT_ARE_WRONG)
def test_a_scaling_that_is_wrong_is_caught(policy: jsonschema.Draft202012Validator, change: Change) -> None:
    item = yaml.safe_load(GOOD_SCALING)
    change(item)
    assert not policy.is_valid(item)


def test_a_secret_is_refused(policy: jsonschema.Draft202012Validator) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "answerlens"}}
    assert not policy.is_valid(secret)
