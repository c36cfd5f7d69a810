using Jevons.Formats;
using Jevons.Hub.Tests.Fakes;
using Jevons.Numerics;

namespace Jevons.Cli.Tests;

/// <summary>A llama of one layer with seeded weights, as a Hugging Face folder.</summary>
internal static class TinyModel
{
    public const string Config = """
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "vocab_size": 8, "hidden_size": 64,
          "intermediate_size": 96, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 32,
          "max_position_embeddings": 128, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": false
        }
        """;

    private static readonly (string Name, long[] Shape)[] s_tensors =
    [
        ("model.embed_tokens.weight", [8, 64]), ("model.norm.weight", [64]), ("lm_head.weight", [8, 64]),
        ("model.layers.0.input_layernorm.weight", [64]), ("model.layers.0.post_attention_layernorm.weight", [64]),
        ("model.layers.0.self_attn.q_proj.weight", [64, 64]), ("model.layers.0.self_attn.k_proj.weight", [32, 64]),
        ("model.layers.0.self_attn.v_proj.weight", [32, 64]), ("model.layers.0.self_attn.o_proj.weight", [64, 64]),
        ("model.layers.0.mlp.gate_proj.weight", [96, 64]), ("model.layers.0.mlp.up_proj.weight", [96, 64]),
        ("model.layers.0.mlp.down_proj.weight", [64, 96]),
    ];

    /// <summary>Writes the folder, tokenizer included, and returns its path.</summary>
    public static string Write(CliBench bench, string folder = "Tiny-Llama-30K")
    {
        bench.Folder.Write($"{folder}/config.json", Config);
        TinyTokenizer.Write(bench, folder);
        int seed = 0;
        SafetensorsWriter.Write(
            bench.Folder.Below(folder, "model.safetensors"), s_tensors.Select(t => Tensor(t.Name, t.Shape, ++seed)));
        return bench.Folder.Below(folder);
    }

    private static TensorSource Tensor(string name, long[] shape, int seed)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        byte[] noise = FakeHub.RandomBytes((int)count, seed);
        byte[] bytes = new byte[count * sizeof(float)];
        for (int i = 0; i < noise.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), (noise[i] - 128) / 512f);
        }

        return TensorSource.FromBytes(name, TensorType.F32, shape, bytes);
    }
}
