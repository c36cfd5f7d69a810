using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits the tile kernel of the float product on 512 bits: four rows, which a strip of the second-level cache holds, times one to six
/// tokens, for one tile of rows after the other.
/// <code>
/// for each tile of four rows, for k in steps of 64 bytes:  s[t][r] += w[r][k ..] x[t][k ..]
/// </code>
/// f32: a fused multiply-add a lane; bfloat16: <c>vdpbf16ps</c>, two columns a lane. While a tile is computed, the next tile's rows and
/// sums are called into the first-level cache, and a share of the next tokens.
/// Registers: zmm0-23 s, zmm24-27 rows, zmm28-29 a token in turn; rax and rdx point to tokens 0 and 3, r10 is their stride; rcx runs over
/// the rows, r15 points to the tile's first row, rbp to its sums, rsi runs over the next tile's sums, rdi is what lies between a token and
/// its share of the next ones, rbx counts steps.
/// </summary>
internal static unsafe class FloatTileCode
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Most tokens of a tile.</summary>
    public const int Tokens = 6;

    private const int RowBytes = FloatProduct.RowFloats * sizeof(float);
    private const int LineBytes = 64;

    // Lines of each next token that are called with a tile: 16 tiles call a whole strip.
    private const int LinesPerTile = 2;

    /// <summary>Generates the kernel for a number of tokens.</summary>
    /// <param name="tokens">1 to 6.</param>
    /// <param name="isBrain16">Whether both operands are bfloat16.</param>
    /// <returns>A function of a <see cref="FloatTileCall"/>.</returns>
    public static void* Build(int tokens, bool isBrain16) => GeneratedCode.Build(c =>
    {
        c.mov(rax, Field(nameof(FloatTileCall.X)));
        c.mov(r10, Field(nameof(FloatTileCall.XStride)));
        c.mov(r15, Field(nameof(FloatTileCall.W)));
        c.mov(rbp, Field(nameof(FloatTileCall.Sums)));
        c.mov(rbx, Field(nameof(FloatTileCall.KeepMask)));
        c.kmovw(k1, ebx);
        c.imul(rdi, r10, tokens);
        c.lea(rdx, __[rax + (r10 * 2)]);
        c.add(rdx, r10);
        c.mov(r9, Field(nameof(FloatTileCall.Steps)));
        Label tile = c.CreateLabel();
        Label loop = c.CreateLabel();
        c.Label(ref tile);
        for (int i = 0; i < tokens * Rows; i++)
        {
            c.vmovups(GeneratedCode.Zmm[i].k1.z, __zmmword_ptr[rbp + (LineBytes * i)]);
        }

        c.lea(r8, __[rax + rdi]);
        c.lea(rsi, __[rdx + rdi]);
        for (int t = 0; t < tokens; t++)
        {
            for (int line = 0; line < LinesPerTile; line++)
            {
                c.prefetcht0(__byte_ptr[Token(t, r8, rsi) + (LineBytes * line)]);
            }
        }

        c.add(rdi, LinesPerTile * LineBytes);
        c.mov(rcx, r15);
        c.lea(rsi, __[rbp + (LineBytes * tokens * Rows)]);
        c.mov(rbx, r9);
        c.Label(ref loop);
        Step(c, tokens, isBrain16);
        c.dec(rbx);
        c.jnz(loop);
        c.mov(rbx, r9);
        c.shl(rbx, 6);
        c.sub(rax, rbx);
        c.sub(rdx, rbx);
        for (int i = 0; i < tokens * Rows; i++)
        {
            c.vmovups(__zmmword_ptr[rbp + (LineBytes * i)], GeneratedCode.Zmm[i]);
        }

        c.add(rbp, LineBytes * tokens * Rows);
        c.add(r15, Rows * RowBytes);
        c.dec(Field(nameof(FloatTileCall.RowTiles)));
        c.jnz(tile);
    });

    private static void Step(Assembler c, int tokens, bool isBrain16)
    {
        for (int r = 0; r < Rows; r++)
        {
            c.vmovups(GeneratedCode.Zmm[24 + r], __zmmword_ptr[rcx + (r * RowBytes)]);
        }

        for (int t = 0; t < tokens; t++)
        {
            AssemblerRegisterZMM x = GeneratedCode.Zmm[28 + (t % 2)];
            c.vmovups(x, __zmmword_ptr[Token(t, rax, rdx)]);
            for (int r = 0; r < Rows; r++)
            {
                AssemblerRegisterZMM s = GeneratedCode.Zmm[(t * Rows) + r];
                if (isBrain16)
                {
                    c.vdpbf16ps(s, GeneratedCode.Zmm[24 + r], x);
                }
                else
                {
                    c.vfmadd231ps(s, GeneratedCode.Zmm[24 + r], x);
                }
            }

            if (t < Rows)
            {
                c.prefetcht0(__byte_ptr[rcx + ((Rows + t) * RowBytes)]);
            }
        }

        c.prefetchw(__byte_ptr[rsi]);
        c.add(rsi, LineBytes);
        c.add(rcx, LineBytes);
        c.add(rax, LineBytes);
        c.add(rdx, LineBytes);
    }

    private static AssemblerMemoryOperand Token(int t, AssemblerRegister64 first, AssemblerRegister64 fourth) => (t % 3) switch
    {
        0 => __[t < 3 ? first : fourth],
        1 => __[(t < 3 ? first : fourth) + r10],
        _ => __[(t < 3 ? first : fourth) + (r10 * 2)],
    };

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<FloatTileCall>(name)];
}
