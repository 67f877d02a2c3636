"""Computes again what the two files beside this one say that have no other source, from the votes,
activations, parameters and upstream gradients in them: heinsen_routing.npz by the E, D and M steps of Heinsen
(2019), variational_bayes_routing.npz by algorithm 1 of Ribeiro et al. (2020) with their code's priors. Loops
over samples and capsules as on paper, in complex doubles: a gradient is the imaginary part for a step of
1e-30 i, exact to the last digits. Run with NumPy and SciPy; it prints how far the files were off.
"""

import os

import numpy as np
from scipy.special import digamma

HERE = os.path.dirname(os.path.abspath(__file__))
STEP = 1e-30
ITERATIONS = 3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x.real))
    return e / e.sum()


def heinsen(votes, a, bias, beta_use, beta_ign):
    """Of one sample: votes [i, j, d], f(a) [i]; f is the logistic function, ε is 1e-5."""
    n_in, n_out, _ = votes.shape
    v = votes + bias
    r = np.full((n_in, n_out), 1 / n_out, complex)
    for t in range(ITERATIONS):
        if t > 0:
            for i in range(n_in):
                density = [
                    -0.5 * np.sum((v[i, j] - mu[j]) ** 2 / var[j]) - 0.5 * np.sum(np.log(var[j]))
                    for j in range(n_out)
                ]
                r[i] = softmax(np.log(sigmoid(score)) + np.array(density))
        use = a[:, None] * r
        ignore = a[:, None] - use
        score = np.sum(beta_use * use - beta_ign * ignore, 0)
        share = use / (use.sum(0) + 1e-5)
        mu = np.einsum("ij,ijd->jd", share, v)
        var = np.einsum("ij,ijd->jd", share, (v - mu) ** 2) + 1e-5
    return mu, sigmoid(score), r


def variational_bayes(votes, a, beta_u, beta_a):
    """Of one sample: votes [i, j, d], activations [i]."""
    n_in, n_out, dim = votes.shape
    r = np.full((n_in, n_out), 1 / n_out, complex)
    for t in range(ITERATIONS):
        if t > 0:
            logits = np.empty((n_in, n_out), complex)
            for i in range(n_in):
                for j in range(n_out):
                    off = np.sum(psi[j] * (votes[i, j] - m[j]) ** 2)
                    logits[i, j] = ln_pi[j] + ln_lambda[j] / 2 - (dim / kappa[j] + nu[j] * off) / 2
                r[i] = softmax(logits[i])
        weight = r * a[:, None]
        total = weight.sum(0)
        mu = np.einsum("ij,ijd->jd", weight, votes) / total[:, None]
        scatter = np.einsum("ij,ijd->jd", weight, (votes - mu) ** 2)
        alpha = kappa = 1 + total
        nu = dim + 1 + total
        m = total[:, None] * mu / kappa[:, None]
        psi = 1 / (1 + scatter + (total / kappa)[:, None] * mu**2)
        ln_pi = digamma(alpha) - digamma(alpha.sum())
        ln_lambda = np.array(
            [
                sum(digamma((nu[j] - d) / 2) for d in range(dim))
                + dim * np.log(2)
                + np.log(psi[j]).sum()
                for j in range(n_out)
            ]
        )
    entropy = dim / 2 * np.log(2 * np.pi * np.e) - ln_lambda / 2
    return m, sigmoid(beta_a - (np.exp(ln_pi) * entropy + beta_u)), r


def routed(route, given, parameters):
    samples = [
        route(votes, a, *(given[name] for name in parameters))
        for votes, a in zip(given["votes"], given["a_in"])
    ]
    return [np.stack(parts) for parts in zip(*samples)]


def computed(route, given, upstream, parameters):
    given = {name: value.astype(complex) for name, value in given.items()}
    pose, activation, coupling = routed(route, given, parameters)
    made = {"pose": pose.real, "activation": activation.real, "coupling": coupling.real}
    for name, value in given.items():
        gradient = np.empty(value.shape)
        for at in np.ndindex(value.shape):
            changed = value.copy()
            changed[at] += 1j * STEP
            pose, activation, _ = routed(route, {**given, name: changed}, parameters)
            gradient[at] = (
                np.sum(upstream[0] * pose.imag) + np.sum(upstream[1] * activation.imag)
            ) / STEP
        made[name + "_grad"] = gradient
    return made


def write(name, route, *parameters):
    path = os.path.join(HERE, name + ".npz")
    old = dict(np.load(path))
    given = {key: old[key] for key in ("votes", "a_in", *parameters)}
    upstream = old["upstream_pose"], old["upstream_activation"]
    made = computed(route, given, upstream, parameters)
    for key, value in made.items():
        print(f"{name} {key}: off by {np.abs(value - old[key]).max():.1e}")
    np.savez(path, **{key: made.get(key, value) for key, value in old.items()})


if __name__ == "__main__":
    write("heinsen_routing", heinsen, "bias", "beta_use", "beta_ign")
    write("variational_bayes_routing", variational_bayes, "beta_u", "beta_a")
