using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>Which of ggml's type numbers may stand in a file, and why the others are refused.</summary>
internal static class GgufTypeIds
{
    // TensorType's own numbers for safetensors-only types begin above every ggml number.
    private const uint FirstForeignId = 0x1000;
    private const uint FirstIkLlamaId = 97;

    /// <summary>The type with that number, or null when it is not read.</summary>
    public static TensorType? Resolve(uint id) =>
        id < FirstForeignId && TensorTypes.IsKnown((TensorType)id) ? (TensorType)id : null;

    /// <summary>Why a number that <see cref="Resolve"/> does not know is refused.</summary>
    public static string Refuse(uint id)
    {
        string? name = id switch
        {
            4 => "Q4_2",
            5 => "Q4_3",
            9 => "Q8_1",
            15 => "Q8_K",
            31 => "Q4_0_4_4",
            32 => "Q4_0_4_8",
            33 => "Q4_0_8_8",
            34 => "TQ1_0",
            35 => "TQ2_0",
            36 => "IQ4_NL_4_4",
            37 => "IQ4_NL_4_8",
            38 => "IQ4_NL_8_8",
            40 => "NVFP4",
            41 => "Q1_0",
            42 => "Q2_0",
            _ => null,
        };
        if (name is not null)
        {
            return $"found tensor type {id} ({name}), which is not read here; use a file of another quantisation";
        }

        return id is >= FirstIkLlamaId and < FirstForeignId
            ? $"found tensor type {id}, which only ik_llama.cpp knows; use a file quantised by llama.cpp (Q4_K_M, Q8_0, IQ2_XXS ...)"
            : $"found tensor type {id}, expected one of ggml's; the file is damaged or newer than this program";
    }
}
