"""GGUF files are read exactly, and damaged ones are refused."""

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind

from training_camp.gguf_names import permute, unpermute
from training_camp.gguf_read import GgufFile
from training_camp.gguf_write import LazyTensor, string_entry, uint32_entry, write_gguf
from training_camp.refusal import Refusal

VALUES = np.random.default_rng(0).normal(size=(8, 512)).astype(np.float32)


def written(path, kind):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint32("llama.block_count", 3)
    writer.add_array("tokenizer.ggml.tokens", ["a", "ü"])
    writer.add_array("some.floats", [0.5, 1.5])
    writer.add_tensor("w", gguf.quants.quantize(VALUES, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


QUANTISED = [Kind.F32, Kind.F16, Kind.BF16, Kind.Q8_0, Kind.Q4_0, Kind.Q4_1, Kind.Q5_0, Kind.Q5_1]


@pytest.mark.parametrize("kind", QUANTISED, ids=lambda kind: kind.name)
def test_tensors_are_dequantised_as_the_gguf_package_does(tmp_path, kind):
    expected = gguf.quants.dequantize(gguf.quants.quantize(VALUES, kind), kind)
    with GgufFile(written(tmp_path / "m.gguf", kind)) as file:
        assert np.array_equal(file.tensor("w"), expected)
        assert file.metadata["llama.block_count"] == 3
        assert file.metadata["tokenizer.ggml.tokens"] == ["a", "ü"]
        assert file.metadata["some.floats"] == [0.5, 1.5]


@pytest.mark.parametrize("kind", [Kind.Q4_K, Kind.Q5_K, Kind.Q6_K], ids=lambda kind: kind.name)
def test_super_blocks_are_left_to_the_gguf_package(tmp_path, kind):
    block, size = gguf.GGML_QUANT_SIZES[kind]
    raw = np.random.default_rng(1).integers(0, 60, (2, size), dtype=np.uint8)
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
    writer.add_tensor("w", raw, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with GgufFile(tmp_path / "m.gguf") as file:
        assert np.array_equal(file.tensor("w"), gguf.quants.dequantize(raw, kind))
        assert file.tensor("w").shape == (2, block)


@pytest.mark.parametrize("length", [0, 3, 20, 60, 100])
def test_a_cut_file_is_refused(tmp_path, length):
    whole = written(tmp_path / "m.gguf", Kind.F16).read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[:length])
    with pytest.raises(Refusal) as caught:
        GgufFile(tmp_path / "cut.gguf")
    assert caught.value.code in ("gguf_damaged", "gguf_unreadable")


def test_a_tensor_behind_the_end_is_refused(tmp_path):
    whole = written(tmp_path / "m.gguf", Kind.F32).read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[:-100])
    with GgufFile(tmp_path / "cut.gguf") as file, pytest.raises(Refusal):
        file.tensor("w")


def test_flipped_bytes_never_end_in_anything_but_a_refusal(tmp_path):
    whole = written(tmp_path / "m.gguf", Kind.F16).read_bytes()
    random = np.random.default_rng(2)
    for _ in range(300):
        data = bytearray(whole)
        data[int(random.integers(0, 260))] = int(random.integers(0, 256))
        (tmp_path / "flipped.gguf").write_bytes(data)
        try:
            with GgufFile(tmp_path / "flipped.gguf") as file:
                for name in file.tensors:
                    file.tensor(name)
        except Refusal:
            continue


def test_what_is_written_is_read_by_the_gguf_package(tmp_path):
    tensors = [
        LazyTensor("a", (3, 5), np.float32, lambda: VALUES[:3, :5]),
        LazyTensor("b", (2, 7), np.float16, lambda: VALUES[:2, :7]),
    ]
    metadata = [string_entry("general.architecture", "llama"), uint32_entry("llama.block_count", 3)]
    write_gguf(tmp_path / "m.gguf", metadata, tensors, lambda: None)
    reader = gguf.GGUFReader(tmp_path / "m.gguf")
    assert [tensor.name for tensor in reader.tensors] == ["a", "b"]
    assert np.array_equal(reader.tensors[0].data, VALUES[:3, :5])
    assert np.array_equal(reader.tensors[1].data, VALUES[:2, :7].astype(np.float16))
    assert reader.fields["llama.block_count"].contents() == 3


def test_permuting_rows_is_what_llama_cpp_does_and_can_be_undone():
    rows = np.arange(2 * 6, dtype=np.float32)[:, None]
    assert permute(rows, 2)[:, 0].tolist() == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]
    assert np.array_equal(unpermute(permute(rows, 2), 2), rows)
