"""A PyTorch user's training loop, driven line by line: reads a number of epochs, answers with their nanoseconds.

Samples lie in memory as tensors and are picked by index from a fresh permutation each epoch; cross-entropy, and
Adam in its fastest form. With more than one rank: DistributedDataParallel over gloo, each rank with its share of
every batch, gradients lying in the buffers that travel.
"""

import argparse
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with features.f32 and labels.i64")
    parser.add_argument("--widths", type=lambda text: [int(width) for width in text.split("-")], required=True)
    parser.add_argument("--batch", type=int, required=True, help="samples of one update, over all ranks")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--rank", type=int, default=0)
    parser.add_argument("--store", type=Path, help="a file that does not exist yet, where the ranks meet")
    return parser.parse_args()


def network(widths):
    layers = []
    for inputs, outputs in zip(widths[:-2], widths[1:-1]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(widths[-2], widths[-1]))


def samples(folder, width):
    features = torch.from_file(str(folder / "features.f32"), size=(folder / "features.f32").stat().st_size // 4)
    labels = (folder / "labels.i64").stat().st_size // 8
    targets = torch.from_file(str(folder / "labels.i64"), size=labels, dtype=torch.int64)
    return features.reshape(labels, width).clone(), targets.clone()


class Training:
    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.manual_seed(7)
        self.options = options
        self.features, self.labels = samples(options.data, options.widths[0])
        self.model = network(options.widths)
        if options.ranks > 1:
            self.model = DistributedDataParallel(self.model, gradient_as_bucket_view=True)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001, fused=True)
        self.generator = torch.Generator().manual_seed(7)  # the same permutation on every rank

    def epoch(self):
        order = torch.randperm(len(self.labels), generator=self.generator)[self.options.rank :: self.options.ranks]
        for picked in order.split(self.options.batch // self.options.ranks):
            self.optimizer.zero_grad()
            cross_entropy(self.model(self.features[picked]), self.labels[picked]).backward()
            self.optimizer.step()

    def nanoseconds(self, epochs):
        self.meet()
        started = time.perf_counter_ns()
        for _ in range(epochs):
            self.epoch()
        self.meet()
        return time.perf_counter_ns() - started

    def meet(self):
        if self.options.ranks > 1:
            dist.barrier()


def main():
    options = arguments()
    if options.ranks > 1:
        dist.init_process_group(
            "gloo", init_method=f"file://{options.store}", rank=options.rank, world_size=options.ranks
        )
    training = Training(options)
    print("ready", torch.__version__, flush=True)
    for line in sys.stdin:
        print("nanoseconds", training.nanoseconds(int(line)), flush=True)
    if options.ranks > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
