"""Makes the files beside this one: small networks of random weights, saved as others save them, and what
PyTorch computes of them. Run with h5py, NumPy and PyTorch. With a path to the authors' file
efficient_capsnet_SMALLNORB.h5, what that network computes goes to published.npz.

efficient.h5  names and layouts of EscVM/Efficient-CapsNet, models/efficient_capsnet_graph_smallnorb.py
keras.h5      names and layouts of XifengGuo/CapsNet-Keras, capsulenet.py and capsulelayers.py
torch.safetensors  names and layouts of adambielski/CapsNet-pytorch, capsules.py; also as torch.npz
x.npz         for each of these images and poses, and reconstructions
forms/*.h5    the same two arrays, a of floats and group/b of whole numbers, as h5py may write them
numpy.npz     what numpy writes: every type, an array in Fortran order, one without axes
"""

import json
import os
import struct
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(15)


def random(*shape, scale=None):
    scale = scale or 1 / np.sqrt(np.prod(shape[:-1]))
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array)).double()


def write_h5(path, arrays):
    with h5py.File(path, "w") as f:
        for name, value in arrays.items():
            f[name] = value


def write_safetensors(path, arrays):
    header, at = {}, 0
    for name, value in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        at += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for value in arrays.values():
            f.write(np.ascontiguousarray(value).tobytes())


# ---------------------------------------------------------------- Efficient-CapsNet for smallNORB


def efficient_weights(channels, stem, dim, classes, class_dim, grid):
    arrays, last, first = {}, channels, 9
    for i, (out, kernel) in enumerate(stem):
        conv, norm = f"CapsNet/conv2d_{first + i}/", f"CapsNet/instance_normalization{'_%d' % i if i else ''}/"
        arrays[conv + "kernel:0"] = random(kernel, kernel, last, out)
        arrays[conv + "bias:0"] = random(out, scale=0.1)
        arrays[norm + "gamma:0"] = 1 + random(out, scale=0.3)
        arrays[norm + "beta:0"] = random(out, scale=0.3)
        last = out
    conv = f"CapsNet/conv2d_{first + len(stem)}/"
    arrays[conv + "kernel:0"] = random(grid, grid, 1, last, scale=1 / grid)
    arrays[conv + "bias:0"] = random(last, scale=0.1)
    arrays["CapsNet/digit_caps/W:0"] = random(classes, last // dim, dim, class_dim, scale=0.5)
    arrays["CapsNet/digit_caps/b:0"] = random(classes, last // dim, 1, scale=0.2)
    arrays["Generator/dense/kernel:0"] = random(3, 2)
    return arrays


def exponential_squash(s):
    n = s.norm(dim=-1, keepdim=True)
    return (1 - 1 / n.exp()) * s / n


def efficient(w, x, strides, dim):
    """x is [batch, channels, height, width]"""
    convs = sorted({n.split("/")[1] for n in w if n.startswith("CapsNet/conv2d_")}, key=lambda n: int(n.split("_")[1]))
    for i, stride in enumerate(strides):
        kernel = tensor(w[f"CapsNet/{convs[i]}/kernel:0"]).permute(3, 2, 0, 1)
        x = F.conv2d(x, kernel, tensor(w[f"CapsNet/{convs[i]}/bias:0"]), stride)
        x = F.leaky_relu(x, 0.3)
        norm = f"CapsNet/instance_normalization{'_%d' % i if i else ''}/"
        x = F.instance_norm(
            x, weight=tensor(w[norm + "gamma:0"]), bias=tensor(w[norm + "beta:0"]), use_input_stats=True, eps=1e-3)
    kernel = tensor(w[f"CapsNet/{convs[-1]}/kernel:0"]).permute(3, 2, 0, 1)
    x = F.conv2d(x, kernel, tensor(w[f"CapsNet/{convs[-1]}/bias:0"]), groups=x.shape[1])
    u = exponential_squash(x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, dim))
    votes = torch.einsum("bid,jide->bjie", u, tensor(w["CapsNet/digit_caps/W:0"]))
    agreement = torch.einsum("bjie,bjke->bji", votes, votes) / np.sqrt(votes.shape[-1])
    c = agreement.softmax(1)[..., None] + tensor(w["CapsNet/digit_caps/b:0"])
    return exponential_squash((votes * c).sum(-2))


# ---------------------------------------------------------------- CapsNet


def squash(s, epsilon):
    n2 = (s * s).sum(-1, keepdim=True)
    return n2 / (1 + n2) * s / (n2 + epsilon).sqrt()


def dynamic_routing(votes, iterations, epsilon):
    """votes are [batch, in, out, dim]"""
    b = torch.zeros(votes.shape[:3], dtype=votes.dtype)
    for i in range(iterations):
        v = squash((b.softmax(2)[..., None] * votes).sum(1), epsilon)
        b = b + (votes * v[:, None]).sum(-1)
    return v


def masked(v):
    longest = F.one_hot(v.norm(dim=-1).argmax(1), v.shape[1]).to(v.dtype)
    return (v * longest[..., None]).reshape(v.shape[0], -1)


H, W, C, TYPES, DIM, CLASSES, CLASS_DIM = 12, 10, 2, 3, 4, 3, 5
GRID = 4 * 3
HIDDEN = [7, 9]


def keras_weights():
    sizes = [CLASSES * CLASS_DIM] + HIDDEN + [H * W * C]
    arrays = {
        "conv1/conv1/kernel:0": random(3, 3, C, 5),
        "conv1/conv1/bias:0": random(5, scale=0.1),
        "primarycap_conv2d/primarycap_conv2d/kernel:0": random(3, 3, 5, TYPES * DIM, scale=0.5),
        "primarycap_conv2d/primarycap_conv2d/bias:0": random(TYPES * DIM, scale=0.1),
        "digitcaps/digitcaps/W:0": random(CLASSES, GRID * TYPES, CLASS_DIM, DIM, scale=0.8),
    }
    for i in range(3):
        layer = f"decoder/dense_{9 + i}/"
        arrays[layer + "kernel:0"] = random(sizes[i], sizes[i + 1])
        arrays[layer + "bias:0"] = random(sizes[i + 1], scale=0.1)
    return arrays


def keras(w, x):
    """x is [batch, height, width, channels]"""
    def conv(x, name, stride):
        kernel = tensor(w[f"{name}/{name}/kernel:0"]).permute(3, 2, 0, 1)
        y = F.conv2d(x.permute(0, 3, 1, 2), kernel, tensor(w[f"{name}/{name}/bias:0"]), stride)
        return y.permute(0, 2, 3, 1)

    x = conv(x, "conv1", 1).relu()
    u = squash(conv(x, "primarycap_conv2d", 2).reshape(x.shape[0], -1, DIM), 1e-7)
    votes = torch.einsum("jide,bie->bijd", tensor(w["digitcaps/digitcaps/W:0"]), u)
    v = dynamic_routing(votes, 3, 1e-7)
    y = masked(v)
    for i in range(3):
        y = y @ tensor(w[f"decoder/dense_{9 + i}/kernel:0"]) + tensor(w[f"decoder/dense_{9 + i}/bias:0"])
        y = y.sigmoid() if i == 2 else y.relu()
    return v, y.reshape(-1, H, W, C)


class Torch(torch.nn.Module):
    """With the names of adambielski's modules."""

    def __init__(self):
        super().__init__()
        net = self.caps_net = torch.nn.Module()
        net.conv1 = torch.nn.Conv2d(C, 5, 3)
        net.primaryCaps = torch.nn.Module()
        net.primaryCaps.conv = torch.nn.Conv2d(5, TYPES * DIM, 3, stride=2)
        net.digitCaps = torch.nn.Module()
        net.digitCaps.weights = torch.nn.Parameter(torch.randn(TYPES * GRID, DIM, CLASSES * CLASS_DIM))
        net.digitCaps.routing_module = torch.nn.Module()
        net.digitCaps.routing_module.b = torch.nn.Parameter(torch.zeros(TYPES * GRID, CLASSES))
        net.primaryCaps.conv.weight.data.mul_(6)
        decoder = self.reconstruction_net = torch.nn.Module()
        decoder.fc1 = torch.nn.Linear(CLASSES * CLASS_DIM, HIDDEN[0])
        decoder.fc2 = torch.nn.Linear(HIDDEN[0], HIDDEN[1])
        decoder.fc3 = torch.nn.Linear(HIDDEN[1], C * H * W)

    def forward(self, x, iterations):
        net, decoder = self.caps_net, self.reconstruction_net
        x = net.primaryCaps.conv(net.conv1(x).relu())
        x = x.view(x.shape[0], TYPES, DIM, *x.shape[2:]).permute(0, 1, 3, 4, 2).reshape(x.shape[0], -1, DIM)
        votes = (squash(x, 0).unsqueeze(2) @ net.digitCaps.weights).view(x.shape[0], -1, CLASSES, CLASS_DIM)
        v = dynamic_routing(votes, iterations + 1, 0)
        y = decoder.fc2(decoder.fc1(masked(v)).relu()).relu()
        return v, decoder.fc3(y).sigmoid().view(-1, C, H, W)


torch.manual_seed(15)
results = {}

w = efficient_weights(2, [(4, 5), (6, 3), (8, 3)], 4, 3, 5, 2)
write_h5("efficient.h5", w)
x = random(2, 2, 20, 18, scale=1)
results["efficient_x"] = x
results["efficient_poses"] = efficient(w, tensor(x), [2, 1, 2], 4).numpy()

w = keras_weights()
write_h5("keras.h5", w)
x = rng.random((2, H, W, C)).astype(np.float32)
v, y = keras(w, tensor(x))
results["keras_x"] = x.transpose(0, 3, 1, 2)
results["keras_poses"] = v.numpy()
results["keras_reconstruction"] = y.permute(0, 3, 1, 2).numpy()

net = Torch()
state = {name: value.numpy() for name, value in net.state_dict().items()}
write_safetensors("torch.safetensors", state)
np.savez("torch.npz", **state)
x = rng.random((2, C, H, W)).astype(np.float32)
with torch.no_grad():
    v, y = net.double()(tensor(x), 2)
results["torch_x"], results["torch_poses"], results["torch_reconstruction"] = x, v.numpy(), y.numpy()
np.savez("x.npz", **{name: np.ascontiguousarray(value, dtype=np.float32) for name, value in results.items()})

# ---------------------------------------------------------------- forms of files

os.makedirs("forms", exist_ok=True)
a, b = np.arange(6, dtype=np.float32).reshape(2, 3) / 4, np.arange(3, dtype=np.int64)


def form(name, write, **options):
    with h5py.File(f"forms/{name}.h5", "w", **options) as f:
        write(f)


def plain(f, root="", **options):
    f.create_dataset(root + "a", data=a, **options)
    f.create_dataset(root + "group/b", data=b, **options)


form("plain", plain)
form("latest", plain, libver="latest")
form("whole_model", lambda f: (plain(f, "model_weights/"), f.create_dataset("optimizer_weights/iterations", data=b)))
form("many", lambda f: [f.create_dataset(f"layer_{i}", data=a + i) for i in range(150)])
form("compressed", lambda f: plain(f, compression="gzip"))
form("linked", lambda f: (plain(f), f.__setitem__("c", h5py.SoftLink("/a"))))
form("again", lambda f: (f.create_dataset("a", data=np.tile(a, 200)), [f.__setitem__(f"a{i}", f["a"]) for i in range(9)]))
form("circle", lambda f: (plain(f), f["group"].__setitem__("again", f["group"])))
form("text", lambda f: f.create_dataset("a", data="text"))
form("big_endian", lambda f: f.create_dataset("a", data=a.astype(">f4")))
form("no_numbers", lambda f: f.create_dataset("a", shape=(0, 3), dtype="f4"))
form("unwritten", lambda f: f.create_dataset("a", shape=(2, 3), dtype="f4"))
form("dense", lambda f: [f.create_dataset(f"a{i}", data=a) for i in range(20)], libver="latest", track_order=True)

types = "?", "u1", "i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"
arrays = {"type" + t.strip("<"): np.array([[0, 1, 2], [3, 4, 5]]).astype(t) for t in types}
np.savez("numpy.npz", fortran=np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)), scalar=np.float32(2.5), **arrays)
np.savez_compressed("deflated.npz", **{"conv1/kernel:0": a})

if len(sys.argv) > 1:
    with h5py.File(sys.argv[1], "r") as f:
        w = {}
        f.visititems(lambda name, node: w.update({name: node[()]}) if isinstance(node, h5py.Dataset) else None)
    x = random(4, 2, 48, 48, scale=1)
    np.savez("published.npz", x=x, poses=efficient(w, tensor(x), [2, 1, 1, 2], 8).numpy())
