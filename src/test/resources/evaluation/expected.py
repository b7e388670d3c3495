"""Prints the numbers that EvaluatorSuite and BaselinesSuite expect, by scikit-learn 1.9 and NumPy 2.4.

The rows are those of Fixtures.scala, by the same formulas. Run: python expected.py
"""

import numpy as np
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression


def show(name, values):
    print(f"[{name}]")
    for metric, value in values.items():
        print(f'  "{metric}" -> {float(value)!r},')


def binary_metrics(y, p):
    said = (p > 0.5).astype(int)
    values = {
        "auc": metrics.roc_auc_score(y, p) if len(set(y)) > 1 else float("nan"),
        "log-loss": metrics.log_loss(y, np.clip(p, 1e-15, 1 - 1e-15), labels=[0, 1]),
        "accuracy": metrics.accuracy_score(y, said),
        "base-rate": y.mean(),
        "precision": metrics.precision_score(y, said, zero_division=0),
        "recall": metrics.recall_score(y, said, zero_division=0),
        "f1": metrics.f1_score(y, said, zero_division=0),
        "brier": metrics.brier_score_loss(y, p, labels=[0, 1]),
    }
    bins = np.minimum((p * 10).astype(int), 9)
    for b in (0, 2, 9):
        values[f"calibration-bin-{b + 1:02d}-predicted"] = p[bins == b].mean()
        values[f"calibration-bin-{b + 1:02d}-observed"] = y[bins == b].mean()
    return values


def binary():
    i = np.arange(200)
    p = ((i * 37) % 101) / 100.0
    y = (((i * 53) % 97) / 97.0 < p * 0.8 + 0.1).astype(int)
    show("binary all", binary_metrics(y, p))
    show("binary group=b", binary_metrics(y[i % 3 == 1], p[i % 3 == 1]))


def multiclass():
    i = np.arange(150)
    weights = np.stack([1.0 + (i * (k + 3) * 7) % 11 for k in range(4)], axis=1)
    p = weights / weights.sum(axis=1, keepdims=True)
    y = (i * i + i // 7) % 3
    said = p.argmax(axis=1)
    confusion = metrics.confusion_matrix(y, said, labels=range(4))
    values = {
        "log-loss": metrics.log_loss(y, p, labels=range(4)),
        "accuracy": metrics.accuracy_score(y, said),
        "macro-f1": metrics.f1_score(y, said, average="macro"),
    }
    for a in range(4):
        for b in range(4):
            if confusion[a, b]:
                values[f"confusion-{a}-{b}"] = confusion[a, b]
    show("multiclass all", values)


def regression():
    i = np.arange(120)
    y = 1000 + ((i * 29) % 83) / 10.0
    f = 1000 + ((i * 29) % 83) / 10.0 * 0.9 + ((i * 17) % 13) / 13.0
    show(
        "regression all",
        {
            "rmse": metrics.root_mean_squared_error(y, f),
            "mae": metrics.mean_absolute_error(y, f),
            "r2": metrics.r2_score(y, f),
        },
    )


def features(i):
    one_hot = [(i % 3 == k).astype(float) for k in range(3)]
    return np.stack([((i * 37) % 101) / 50.0 - 1, ((i * 61) % 89) / 44.0 - 1, *one_hot], axis=1)


def linear_models():
    i = np.arange(300)
    x = features(i)
    noise = ((i * 41) % 97) / 97.0
    y = (1 / (1 + np.exp(-(2 * x[:, 0] - x[:, 1] + x[:, 2]))) > noise).astype(int)
    p = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10000).fit(x, y).predict_proba(x)[:, 1]
    show("logistic regression", {"p0": p[0], "p1": p[1], "p299": p[299], "mean": p.mean()})
    first = 0.2 + 0.2 * (x[:, 0] > 0)
    second = first + 0.3 - 0.1 * (x[:, 1] > 0)
    k = np.where(noise < first, 0, np.where(noise < second, 1, 2))
    q = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10000).fit(x, k).predict_proba(x)
    show("multinomial", {f"p0-{c}": q[0, c] for c in range(3)} | {f"p299-{c}": q[299, c] for c in range(3)})
    r = 3 * x[:, 0] - 2 * x[:, 1] + x[:, 2] + noise
    f = LinearRegression().fit(x, r).predict(x)
    show("linear regression", {"f0": f[0], "f1": f[1], "f299": f[299], "mean": r.mean()})


binary()
multiclass()
regression()
linear_models()
