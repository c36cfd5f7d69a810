using System.Numerics;
using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits the panel kernel for AVX-512 VNNI. 16 rows are the lanes of a register. Two tiles, which stay in the first-level cache,
/// meet 6 tokens at a time, so that a broadcast of activations is loaded once for 32 rows; a last tile meets 12 at a time.
/// <code>
/// for each pair of tiles, for each block of tokens, for each group g, ascending:
///     s[t] = Offset * -sum(p[t])                      vpslld of a broadcast, or zero
///     s[t] += q p[t], four columns a step             vpdpbusd with a broadcast of four activations, 4 or 8 steps
///     y[t] = fma(round(scale a[t]), (float) s[t], y[t])
///     y[t] = fma(-m, a[t] sum(p[t]), y[t])            only for types with minima
/// </code>
/// Registers: zmm0-11 s, zmm12-23 y, zmm24-25 weights, then minima, zmm26 a broadcast, zmm27-28 scales, zmm29-31 products. rax,
/// rdx, r8, r9 point to tokens 0, 3, 6, 9 of a block, r10 is the stride: a token is its base plus 0, 1 or 2 strides. r15 points to
/// the tile, rcx, rsi and rdi run over its values, scales and minima; rbp points to the sums, r12 is their stride, r13 counts tokens.
/// </summary>
internal static unsafe class VnniPanelCode
{
    private const int Sums = 12;
    private const int StepBytes = 4 * PanelTile.Rows;
    private const int ScaleBytes = 4 * PanelTile.Rows;
    private static readonly int[] s_singleBlocks = [12, 8, 4, 2, 1];
    private static readonly int[] s_pairBlocks = [6, 4, 2, 1];
    private static readonly AssemblerRegister64[] s_bases = [rax, rdx, r8, r9];

    /// <summary>Generates the kernel of a shape.</summary>
    /// <param name="groupLength">16 or 32.</param>
    /// <param name="offset">What was added to the tile's integers: 0 or a power of two.</param>
    /// <param name="hasMinimum">Whether minima are subtracted.</param>
    /// <returns>A function of a <see cref="VnniPanelCall"/>.</returns>
    public static void* Build(int groupLength, int offset, bool hasMinimum) => GeneratedCode.Build(c =>
    {
        Shape shape = new(groupLength, offset, hasMinimum);
        c.mov(r10, Field(nameof(VnniPanelCall.XStride)));
        c.mov(r12, Field(nameof(VnniPanelCall.AccStride)));
        c.mov(r15, Field(nameof(VnniPanelCall.Tile)));
        c.mov(rbx, Field(nameof(VnniPanelCall.KeepMask)));
        c.kmovw(k1, ebx);
        Label pairs = c.CreateLabel();
        Label last = c.CreateLabel();
        Label end = c.CreateLabel();
        c.Label(ref pairs);
        c.cmp(Field(nameof(VnniPanelCall.Tiles)), 2);
        c.jl(last);
        Tiles(c, 2, s_pairBlocks, shape);
        c.add(r15, 2 * PanelTile.Bytes);
        c.add(Field(nameof(VnniPanelCall.Acc)), 2 * sizeof(float) * PanelTile.Rows);
        c.sub(Field(nameof(VnniPanelCall.Tiles)), 2);
        c.jmp(pairs);
        c.Label(ref last);
        c.cmp(Field(nameof(VnniPanelCall.Tiles)), 1);
        c.jl(end);
        Tiles(c, 1, s_singleBlocks, shape);
        c.Label(ref end);
        c.nop();
    });

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<VnniPanelCall>(name)];

    // One or two tiles against all tokens.
    private static void Tiles(Assembler c, int tiles, int[] blocks, Shape shape)
    {
        c.mov(r13, Field(nameof(VnniPanelCall.Tokens)));
        c.mov(rbp, Field(nameof(VnniPanelCall.Acc)));
        c.mov(rax, Field(nameof(VnniPanelCall.X)));
        Label[] starts = [.. blocks.Select(_ => c.CreateLabel()), c.CreateLabel()];
        for (int i = 0; i < blocks.Length; i++)
        {
            c.Label(ref starts[i]);
            c.cmp(r13, blocks[i]);
            c.jl(starts[i + 1]);
            Block(c, tiles, blocks[i], shape);
            c.sub(r13, blocks[i]);
            c.jmp(starts[i]);
        }

        c.Label(ref starts[^1]);
        c.nop();
    }

    // rax points to the block's first token and ends at the next block's; so does rbp in the sums.
    private static void Block(Assembler c, int tiles, int tokens, Shape shape)
    {
        int used = (tokens + 2) / 3;
        for (int i = 1; i < used; i++)
        {
            c.lea(s_bases[i], __[s_bases[i - 1] + (r10 * 2)]);
            c.add(s_bases[i], r10);
        }

        c.mov(rcx, r15);
        c.lea(rsi, __[r15 + PanelTile.ScalesAt]);
        c.lea(rdi, __[r15 + PanelTile.MinimaAt]);
        c.mov(rbx, Field(nameof(VnniPanelCall.Groups)));
        c.mov(r14, rbp);
        ForEachSum(c, tiles, tokens, (y, at) => c.vmovups(y.k1.z, at));
        if (tiles == 2)
        {
            // The sums of the next block of tokens.
            for (int t = 0; t < tokens; t++)
            {
                c.prefetchw(__byte_ptr[rbp]);
                c.prefetchw(__byte_ptr[rbp + (sizeof(float) * PanelTile.Rows)]);
                c.add(rbp, r12);
            }
        }

        Label loop = c.CreateLabel();
        c.Label(ref loop);
        for (int half = 0; half < shape.Halves; half++)
        {
            Group(c, tiles, tokens, half, shape);
        }

        c.add(rcx, 8 * StepBytes);
        c.add(rsi, shape.Halves * ScaleBytes);
        if (shape.HasMinimum)
        {
            c.add(rdi, shape.Halves * ScaleBytes);
        }

        for (int i = 0; i < used; i++)
        {
            c.add(s_bases[i], QuantizedRow.GroupBytes);
        }

        if (tiles == 2)
        {
            Prefetch(c, tokens);
        }

        c.dec(rbx);
        c.jnz(loop);
        ForEachSum(c, tiles, tokens, (y, at) => c.vmovups(at, y));
        c.mov(rbx, Field(nameof(VnniPanelCall.Groups)));
        c.shl(rbx, (byte)BitOperations.Log2(QuantizedRow.GroupBytes));
        c.sub(rax, rbx);
        c.imul(rbx, r10, tokens);
        c.add(rax, rbx);
    }

    // The same groups of the next block of tokens; r8 and r9 are free with two tiles.
    private static void Prefetch(Assembler c, int tokens)
    {
        c.imul(r8, r10, tokens);
        c.add(r8, rax);
        for (int t = 0; t < tokens; t++)
        {
            c.prefetcht0(__byte_ptr[r8]);
            c.add(r8, r10);
        }
    }

    // Walks over the block's sums; the second walk leaves rbp behind them.
    private static void ForEachSum(Assembler c, int tiles, int tokens, Action<AssemblerRegisterZMM, AssemblerMemoryOperand> move)
    {
        c.mov(rbp, r14);
        for (int t = 0; t < tokens; t++)
        {
            for (int p = 0; p < tiles; p++)
            {
                move(Y(tiles, t, p), __zmmword_ptr[rbp + (sizeof(float) * PanelTile.Rows * p)]);
            }

            c.add(rbp, r12);
        }
    }

    private static void Group(Assembler c, int tiles, int tokens, int half, Shape shape)
    {
        for (int t = 0; t < tokens; t++)
        {
            for (int p = 0; p < tiles; p++)
            {
                AssemblerRegisterZMM s = S(tiles, t, p);
                if (shape.Offset == 0)
                {
                    c.vpxord(s, s, s);
                }
                else
                {
                    c.vpslld(s, Broadcast(t, shape.NegatedSum(half)), (byte)BitOperations.Log2((uint)shape.Offset));
                }
            }
        }

        for (int step = 0; step < shape.Steps; step++)
        {
            for (int p = 0; p < tiles; p++)
            {
                c.vmovdqu64(Weights(p), __zmmword_ptr[rcx + (StepBytes * ((half * shape.Steps) + step)) + (p * PanelTile.Bytes)]);
            }

            for (int t = 0; t < tokens; t++)
            {
                AssemblerMemoryOperand x = Broadcast(t, (16 * half) + (4 * step));
                if (tiles == 1)
                {
                    c.vpdpbusd(S(tiles, t, 0), Weights(0), x);
                    continue;
                }

                c.vbroadcastss(zmm26, Single(t, (16 * half) + (4 * step)));
                c.vpdpbusd(S(tiles, t, 0), Weights(0), zmm26);
                c.vpdpbusd(S(tiles, t, 1), Weights(1), zmm26);
            }
        }

        Finish(c, tiles, tokens, half, shape);
    }

    private static void Finish(Assembler c, int tiles, int tokens, int half, Shape shape)
    {
        for (int p = 0; p < tiles; p++)
        {
            c.vmovups(GeneratedCode.Zmm[27 + p], __zmmword_ptr[rsi + (half * ScaleBytes) + (p * PanelTile.Bytes)]);
            if (shape.HasMinimum)
            {
                c.vmovups(Weights(p), __zmmword_ptr[rdi + (half * ScaleBytes) + (p * PanelTile.Bytes)]);
            }
        }

        for (int t = 0; t < tokens; t++)
        {
            for (int p = 0; p < tiles; p++)
            {
                AssemblerRegisterZMM s = S(tiles, t, p);
                AssemblerRegisterZMM product = GeneratedCode.Zmm[29 + (((t * tiles) + p) % 3)];
                c.vcvtdq2ps(s, s);
                c.vmulps(product, GeneratedCode.Zmm[27 + p], Broadcast(t, QuantizedRow.Scale));
                c.vfmadd231ps(Y(tiles, t, p), product, s);
                if (shape.HasMinimum)
                {
                    c.vfmadd231ps(Y(tiles, t, p), Weights(p), Broadcast(t, shape.ScaledSum(half)));
                }
            }
        }
    }

    private static AssemblerRegisterZMM S(int tiles, int token, int tile) => GeneratedCode.Zmm[(tiles * token) + tile];

    private static AssemblerRegisterZMM Y(int tiles, int token, int tile) => GeneratedCode.Zmm[Sums + (tiles * token) + tile];

    private static AssemblerRegisterZMM Weights(int tile) => GeneratedCode.Zmm[24 + tile];

    private static AssemblerMemoryOperand Broadcast(int token, int offset) => (token % 3) switch
    {
        0 => __dword_bcst[s_bases[token / 3] + offset],
        1 => __dword_bcst[s_bases[token / 3] + r10 + offset],
        _ => __dword_bcst[s_bases[token / 3] + (r10 * 2) + offset],
    };

    private static AssemblerMemoryOperand Single(int token, int offset) => (token % 3) switch
    {
        0 => __dword_ptr[s_bases[token / 3] + offset],
        1 => __dword_ptr[s_bases[token / 3] + r10 + offset],
        _ => __dword_ptr[s_bases[token / 3] + (r10 * 2) + offset],
    };

    private readonly record struct Shape(int GroupLength, int Offset, bool HasMinimum)
    {
        public int Halves => 32 / GroupLength;

        public int Steps => GroupLength / 4;

        public int NegatedSum(int half) => GroupLength == 16 ? QuantizedRow.NegatedSums16 + (4 * half) : QuantizedRow.NegatedSum32;

        public int ScaledSum(int half) => GroupLength == 16 ? QuantizedRow.ScaledSums16 + (4 * half) : QuantizedRow.ScaledSum32;
    }
}
