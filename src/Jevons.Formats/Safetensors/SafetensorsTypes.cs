using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>The element types of the safetensors format and the subset that can be computed with.</summary>
internal static class SafetensorsTypes
{
    /// <summary>The type with that name, or null when tensors of it cannot be used.</summary>
    public static TensorType? Resolve(string dtype) => dtype switch
    {
        "F32" => TensorType.F32,
        "F16" => TensorType.F16,
        "BF16" => TensorType.BF16,
        "F8_E4M3" => TensorType.F8_E4M3,
        "F64" => TensorType.F64,
        "I64" => TensorType.I64,
        "I32" => TensorType.I32,
        "I16" => TensorType.I16,
        "I8" => TensorType.I8,
        "U8" => TensorType.U8,
        "BOOL" => TensorType.Bool,
        _ => null,
    };

    /// <summary>The name of a type, or null when the format has none for it.</summary>
    public static string? NameOf(TensorType type) => type switch
    {
        TensorType.Bool => "BOOL",
        TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F8_E4M3 or TensorType.F64 or TensorType.I64
            or TensorType.I32 or TensorType.I16 or TensorType.I8 or TensorType.U8 => type.ToString(),
        _ => null,
    };

    /// <summary>Bits of one element, or null for a name that the format did not have when this was written.</summary>
    public static int? Bits(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" or "I8" or "U8" or "BOOL" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => null,
    };
}
