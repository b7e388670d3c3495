"""Writes network.h5, a sequential model, and functional.h5, the same layers as a functional one, as Keras 2 lays such
files out, without Keras: python network.py, in their folder, with h5py 3."""

import json
import h5py, numpy as np

def dense(name, units, activation, **more):
    return {"class_name": "Dense", "config": {
        "name": name, "trainable": True, "dtype": "float32", "units": units, "activation": activation,
        "use_bias": True,
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
        "kernel_constraint": None, "bias_constraint": None, **more}}

layers = [dense("hidden", 4, "relu", batch_input_shape=[None, 6]), dense("output", 1, "sigmoid")]
weights = {
    "hidden": (np.arange(24).reshape(6, 4) % 5 / 10 - 0.2, np.array([0.1, -0.1, 0.2, 0])),
    "output": (np.array([[0.5], [-0.4], [0.3], [-0.2]]), np.array([0.05])),
}

def node(layer, inbound):
    return {**layer, "name": layer["config"]["name"], "inbound_nodes": [[[name, 0, 0, {}] for name in inbound]] if inbound else []}

entry = {"class_name": "InputLayer", "config": {
    "name": "entry", "dtype": "float32", "sparse": False, "batch_input_shape": [None, 6]}}
models = {
    "network.h5": {"class_name": "Sequential", "config": {"name": "orders", "layers": layers}},
    "functional.h5": {"class_name": "Functional", "config": {
        "name": "orders",
        "layers": [node(entry, []), node(dense("hidden", 4, "relu"), ["entry"]), node(layers[1], ["hidden"])],
        "input_layers": [["entry", 0, 0]], "output_layers": [["output", 0, 0]]}},
}

def write(file, model):
    file.attrs["keras_version"] = "2.4.0"
    file.attrs["backend"] = "tensorflow"
    file.attrs["model_config"] = json.dumps(model)
    file.attrs["training_config"] = json.dumps({
        "loss": "binary_crossentropy", "metrics": None, "weighted_metrics": None, "loss_weights": None,
        "optimizer_config": {"class_name": "Adam", "config": {
            "name": "Adam", "learning_rate": 0.001, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999,
            "epsilon": 1e-7, "amsgrad": False}}})
    group = file.create_group("model_weights")
    group.attrs["layer_names"] = np.array([name.encode() for name in weights])
    group.attrs["backend"] = "tensorflow"
    group.attrs["keras_version"] = "2.4.0"
    for name, (kernel, bias) in weights.items():
        layer = group.create_group(name)
        names = [f"{name}/kernel:0", f"{name}/bias:0"]
        layer.attrs["weight_names"] = np.array([one.encode() for one in names])
        layer.create_dataset(names[0], data=kernel.astype("float32"))
        layer.create_dataset(names[1], data=bias.astype("float32"))

for name, model in models.items():
    with h5py.File(name, "w") as file:
        write(file, model)
