import numpy as np
import onnx
import pytest

from faq.search.quantized import BLOCK, Quantized, _product, rounded

WIDTH = 384


def unit(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_numbers_are_rounded_within_their_block():
    rows = np.random.default_rng(0).normal(size=(3, 32)).astype(np.float32)
    rows[0, 0] = 100  # in the first block, and of no consequence for the second
    rows[1, 16:] = 0
    numbers, scales = rounded(rows, 16)
    back = (numbers.astype(np.float32) - 128) * scales[..., None]
    assert numbers.shape == (3, 2, 16)
    assert scales.shape == (3, 2)
    error = np.abs(back - rows.reshape(3, 2, 16)).max(axis=-1)
    assert (error <= scales / 2 + 1e-6).all()
    assert error[0, 1] < 0.02 < error[0, 0]
    assert not back[1, 1].any()


@pytest.mark.parametrize("count", [1, 2, 3, 15, 16, 17, 100, 1025])
def test_a_product_is_that_of_the_vectors_within_what_eight_bits_lose(count):
    rows, vector = unit(count), unit(1, seed=1)[0]
    products = Quantized.of(rows) @ vector
    assert products.dtype == np.float32
    assert products.shape == (count,)
    assert np.abs(products - rows @ vector).max() < 0.005


def test_a_vector_is_nearest_to_itself():
    rows = unit(300)
    kept = Quantized.of(rows)
    products = np.array([kept @ row for row in rows])
    assert (products.argmax(axis=1) == np.arange(300)).all()
    assert np.abs(products.diagonal() - 1).max() < 0.005


def test_a_row_is_the_same_beside_others_and_alone():
    rows, vector = unit(40), unit(1, seed=1)[0]
    together = Quantized.of(rows) @ vector
    alone = [(Quantized.of(row[None]) @ vector)[0] for row in rows]
    assert np.allclose(together, alone, atol=1e-6)


def test_rows_are_read_as_an_array_s_are():
    rows = unit(12)
    kept = Quantized.of(rows)
    assert kept.shape == (12, WIDTH)
    mask = np.arange(12) % 3 == 0
    for index in (5, np.int64(5), slice(2, 7), slice(None), np.array([4, 4, 0]), mask):
        assert kept[index].shape == rows[index].shape
        assert kept[index].dtype == np.float32
        assert np.abs(kept[index] - rows[index]).max() < 0.002


def test_what_was_read_is_kept_again_without_a_loss():
    once = Quantized.of(unit(50))
    twice = Quantized.of(once[:])
    assert np.array_equal(twice[:], once[:])
    assert twice.tobytes() == once.tobytes()


def test_other_vectors_have_other_bytes():
    rows = unit(50)
    other = rows.copy()
    other[7] *= 2
    assert Quantized.of(rows).tobytes() != Quantized.of(other).tobytes()


def test_zeros_stay_zeros():
    rows = unit(3)
    rows[1] = 0
    kept = Quantized.of(rows)
    assert not kept[1].any()
    assert (kept @ rows[0])[1] == 0


def test_parts_are_joined_in_their_order_and_there_may_be_none():
    rows = unit(10)
    joined = Quantized.joined(iter([rows[:4], rows[4:4], rows[4:]]), WIDTH)
    assert joined.tobytes() == Quantized.of(rows).tobytes()
    empty = Quantized.joined([], WIDTH)
    assert empty.shape == (0, WIDTH)
    assert (empty @ rows[0]).shape == (0,)
    assert empty[:].shape == (0, WIDTH)


def test_the_model_of_a_product_is_one_that_the_library_would_write():
    numbers, scales = rounded(unit(300), BLOCK)
    model = onnx.load_model_from_string(_product(numbers, scales))
    onnx.checker.check_model(model)
    (node,) = model.graph.node
    assert (node.op_type, node.domain) == ("MatMulNBits", "com.microsoft")
    sizes = {one.name: one.i for one in node.attribute}
    assert sizes == {"K": WIDTH, "N": 300, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
    held = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    assert np.array_equal(held["numbers"], numbers)
    assert np.array_equal(held["scales"], scales)
