"""Where a build's output goes: to the public, to reviewers, or nowhere.

Build services tell by their own variables. In doubt it is the public: a preview that was refused
costs a setting, one that was not costs a leak.
"""

from __future__ import annotations

from typing import Literal

from pelican_buttercms.settings.environment import Environment

Deployment = Literal["production", "staging", "local"]
DEPLOYMENTS: tuple[Deployment, ...] = ("production", "staging", "local")

_NETLIFY: dict[str, Deployment] = {
    "deploy-preview": "staging",
    "branch-deploy": "staging",
    "preview-server": "staging",
    "dev": "local",
}
_VERCEL: dict[str, Deployment] = {"preview": "staging", "development": "local"}
_PULL_REQUESTS = {"pull_request", "pull_request_target", "merge_group"}


def guess_deployment(variables: Environment) -> tuple[Deployment, str]:
    """Guess the deployment, and name the variable that tells it.

    Netlify's `CONTEXT` and Vercel's `VERCEL_ENV` say it. Cloudflare Pages tells the branch but not
    which branch is the public one, and GitHub Actions knows only that a pull request is not.
    """
    context = variables.get("CONTEXT")
    if variables.get("NETLIFY") or context in {"production", *_NETLIFY}:
        context = context or "production"
        return _NETLIFY.get(context, "production"), f"Netlify's CONTEXT {context!r}"
    if variables.get("VERCEL") or variables.get("VERCEL_ENV"):
        stage = variables.get("VERCEL_ENV") or "production"
        return _VERCEL.get(stage, "production"), f"Vercel's VERCEL_ENV {stage!r}"
    for name in ("CF_PAGES", "WORKERS_CI"):
        if variables.get(name):
            return "production", f"Cloudflare's {name}"
    if variables.get("GITHUB_ACTIONS"):
        event = variables.get("GITHUB_EVENT_NAME") or "unknown"
        deployment: Deployment = "staging" if event in _PULL_REQUESTS else "production"
        return deployment, f"GitHub Actions' event {event!r}"
    return "local", "no variable of a build service"
