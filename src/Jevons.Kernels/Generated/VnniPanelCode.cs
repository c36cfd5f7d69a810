using System.Numerics;
using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits the panel kernel for AVX-512 VNNI: 16 rows are the lanes, up to 12 tokens share every load of the tile.
/// <code>
/// for each block of tokens, for each tile, for each group g, ascending:
///     s[t] = Offset * -sum(p[t])                      vpslld of a broadcast, or zero
///     s[t] += q p[t], four columns a step             vpdpbusd with a broadcast of four activations, 4 or 8 steps
///     y[t] = fma(round(scale a[t]), (float) s[t], y[t])
///     y[t] = fma(-m, a[t] sum(p[t]), y[t])            only for types with minima
/// </code>
/// Registers: zmm0-11 s, zmm12-23 y, zmm24 weights, zmm25 scales, zmm26 minima, zmm27-30 products. rax, rdx, r8, r9 point to
/// tokens 0, 3, 6, 9 of a block, r10 is the stride: a token is its base plus 0, 1 or 2 strides. r15 points to the tile, rcx, rsi and
/// rdi run over its values, scales and minima; rbp points to the sums, r12 is their stride.
/// </summary>
internal static unsafe class VnniPanelCode
{
    private const int MostTokens = 12;
    private const int StepBytes = 4 * PanelTile.Rows;
    private const int ScaleBytes = 4 * PanelTile.Rows;
    private static readonly int[] s_blocks = [MostTokens, 8, 4, 2, 1];

    /// <summary>Generates the kernel of a shape.</summary>
    /// <param name="groupLength">16 or 32.</param>
    /// <param name="offset">What was added to the tile's integers: 0 or a power of two.</param>
    /// <param name="hasMinimum">Whether minima are subtracted.</param>
    /// <returns>A function of a <see cref="VnniPanelCall"/>.</returns>
    public static void* Build(int groupLength, int offset, bool hasMinimum) => GeneratedCode.Build(c =>
    {
        c.mov(r10, Field(nameof(VnniPanelCall.XStride)));
        c.mov(r12, Field(nameof(VnniPanelCall.AccStride)));
        c.mov(r13, Field(nameof(VnniPanelCall.Tokens)));
        c.mov(rbx, Field(nameof(VnniPanelCall.KeepMask)));
        c.kmovw(k1, ebx);
        Label[] starts = [.. s_blocks.Select(_ => c.CreateLabel()), c.CreateLabel()];
        for (int i = 0; i < s_blocks.Length; i++)
        {
            c.Label(ref starts[i]);
            c.cmp(r13, s_blocks[i]);
            c.jl(starts[i + 1]);
            Block(c, s_blocks[i], groupLength, offset, hasMinimum);
            c.sub(r13, s_blocks[i]);
            c.jmp(starts[i]);
        }

        c.Label(ref starts[^1]);
    });

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<VnniPanelCall>(name)];

    // All tiles against some tokens.
    private static void Block(Assembler c, int tokens, int groupLength, int offset, bool hasMinimum)
    {
        AssemblerRegister64[] bases = [rax, rdx, r8, r9];
        int used = (tokens + 2) / 3;
        c.mov(r15, Field(nameof(VnniPanelCall.Tile)));
        c.mov(rbp, Field(nameof(VnniPanelCall.Acc)));
        c.mov(rbx, Field(nameof(VnniPanelCall.Tiles)));
        c.mov(Field(nameof(VnniPanelCall.TilesLeft)), rbx);
        Label tile = c.CreateLabel();
        c.Label(ref tile);
        c.mov(rax, Field(nameof(VnniPanelCall.X)));
        for (int i = 1; i < used; i++)
        {
            c.lea(bases[i], __[bases[i - 1] + (r10 * 2)]);
            c.add(bases[i], r10);
        }

        c.mov(rcx, r15);
        c.lea(rsi, __[r15 + PanelTile.ScalesAt]);
        c.lea(rdi, __[r15 + PanelTile.MinimaAt]);
        c.mov(rbx, Field(nameof(VnniPanelCall.Groups)));
        c.mov(r14, rbp);
        for (int t = 0; t < tokens; t++)
        {
            c.vmovups(Y(t).k1.z, __zmmword_ptr[r14]);
            c.add(r14, r12);
        }

        int halves = 32 / groupLength;
        Label loop = c.CreateLabel();
        c.Label(ref loop);
        for (int half = 0; half < halves; half++)
        {
            Group(c, tokens, half, groupLength, offset, hasMinimum);
        }

        c.add(rcx, 8 * StepBytes);
        c.add(rsi, halves * ScaleBytes);
        if (hasMinimum)
        {
            c.add(rdi, halves * ScaleBytes);
        }

        for (int i = 0; i < used; i++)
        {
            c.add(bases[i], QuantizedRow.GroupBytes);
        }

        c.dec(rbx);
        c.jnz(loop);
        c.mov(r14, rbp);
        for (int t = 0; t < tokens; t++)
        {
            c.vmovups(__zmmword_ptr[r14], Y(t));
            c.add(r14, r12);
        }

        c.add(r15, PanelTile.Bytes);
        c.add(rbp, sizeof(float) * PanelTile.Rows);
        c.dec(Field(nameof(VnniPanelCall.TilesLeft)));
        c.jnz(tile);
        c.imul(rbx, r10, tokens);
        c.add(Field(nameof(VnniPanelCall.X)), rbx);
        c.imul(rbx, r12, tokens);
        c.add(Field(nameof(VnniPanelCall.Acc)), rbx);
    }

    private static void Group(Assembler c, int tokens, int half, int groupLength, int offset, bool hasMinimum)
    {
        bool split = groupLength == 16;
        int sum = split ? QuantizedRow.NegatedSums16 + (4 * half) : QuantizedRow.NegatedSum32;
        for (int t = 0; t < tokens; t++)
        {
            if (offset == 0)
            {
                c.vpxord(S(t), S(t), S(t));
            }
            else
            {
                c.vpslld(S(t), Broadcast(t, sum), (byte)BitOperations.Log2((uint)offset));
            }
        }

        int steps = groupLength / 4;
        for (int step = 0; step < steps; step++)
        {
            c.vmovdqu64(zmm24, __zmmword_ptr[rcx + (StepBytes * ((half * steps) + step))]);
            for (int t = 0; t < tokens; t++)
            {
                c.vpdpbusd(S(t), zmm24, Broadcast(t, (16 * half) + (4 * step)));
            }
        }

        c.vmovups(zmm25, __zmmword_ptr[rsi + (half * ScaleBytes)]);
        for (int t = 0; t < tokens; t++)
        {
            AssemblerRegisterZMM product = GeneratedCode.Zmm[27 + (t % 4)];
            c.vcvtdq2ps(S(t), S(t));
            c.vmulps(product, zmm25, Broadcast(t, QuantizedRow.Scale));
            c.vfmadd231ps(Y(t), product, S(t));
        }

        if (hasMinimum)
        {
            c.vmovups(zmm26, __zmmword_ptr[rdi + (half * ScaleBytes)]);
            int scaled = split ? QuantizedRow.ScaledSums16 + (4 * half) : QuantizedRow.ScaledSum32;
            for (int t = 0; t < tokens; t++)
            {
                c.vfmadd231ps(Y(t), zmm26, Broadcast(t, scaled));
            }
        }
    }

    private static AssemblerRegisterZMM S(int token) => GeneratedCode.Zmm[token];

    private static AssemblerRegisterZMM Y(int token) => GeneratedCode.Zmm[MostTokens + token];

    private static AssemblerMemoryOperand Broadcast(int token, int offset)
    {
        AssemblerRegister64 from = (token / 3) switch { 0 => rax, 1 => rdx, 2 => r8, _ => r9 };
        return (token % 3) switch
        {
            0 => __dword_bcst[from + offset],
            1 => __dword_bcst[from + r10 + offset],
            _ => __dword_bcst[from + (r10 * 2) + offset],
        };
    }
}
