using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits the tile kernels of the float product on 512 bits: four rows times one to six tokens, one tile of rows after the other.
/// <code>
/// for each tile of four rows, for each step of 16 lanes:  s[t][r] += w[r][step] x[t][step]
/// </code>
/// with a fused multiply-add a lane, or <c>vdpbf16ps</c> (see <see cref="BrainPairs"/>). Rows lie in a strip of the second-level cache:
/// the next tile's rows and sums are called into the first-level cache meanwhile, and a share of the next tokens. Or they lie in memory
/// as they are stored: then what follows is called in the order of bytes, far ahead.
/// Over the last strip a kernel folds its sums as <see cref="FloatProduct"/> states and writes outputs: sums never leave the registers then.
/// Registers: zmm0-23 s, zmm24-27 rows, zmm28-29 a token in turn; rax and rdx point to tokens 0 and 3, r10 is their stride; rcx runs over
/// the rows, r8 and r14 are one and three strides of stored rows, r15 points to the tile's first row, rbp to its sums, rsi runs over what
/// is called ahead, rdi is what lies between a token and its share of the next ones, r9 and rbx count steps. A kernel that folds has
/// outputs at r12, their stride in r13, three and five of them in r14 and r8, and whether to add in k2.
/// </summary>
internal sealed unsafe class FloatTileCode
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Most tokens of a tile.</summary>
    public const int Tokens = 6;

    private const int StripRowBytes = StripProduct.RowFloats * sizeof(float);
    private const int LineBytes = 64;

    // Lines of each next token that are called with a tile: 16 tiles call a whole strip.
    private const int LinesPerTile = 2;

    // Bytes between a read and what is called ahead of it: the time of a memory access at full bandwidth, several times.
    private const int Ahead = 16 << 10;

    private readonly Assembler _c;
    private readonly TileRows _rows;
    private readonly int _tokens;
    private readonly bool _isStored;
    private readonly bool _folds;

    private FloatTileCode(Assembler c, TileRows rows, int tokens, bool isStored, bool folds) =>
        (_c, _rows, _tokens, _isStored, _folds) = (c, rows, tokens, isStored, folds);

    private int StepBytes => _rows is TileRows.Half16 or TileRows.Brain16 ? LineBytes / 2 : LineBytes;

    /// <summary>Generates the kernel over a strip.</summary>
    /// <param name="rows">Float32 or BrainPairs.</param>
    /// <param name="tokens">1 to 6.</param>
    /// <returns>A function of a <see cref="FloatTileCall"/>.</returns>
    public static void* BuildStrip(TileRows rows, int tokens) =>
        GeneratedCode.Build(c => new FloatTileCode(c, rows, tokens, isStored: false, folds: false).Emit());

    /// <summary>Generates the kernel over the last strip, which folds.</summary>
    /// <param name="rows">Float32 or BrainPairs.</param>
    /// <param name="tokens">1 to 6.</param>
    /// <returns>A function of a <see cref="FloatTileCall"/>.</returns>
    public static void* BuildLastStrip(TileRows rows, int tokens) =>
        GeneratedCode.Build(c => new FloatTileCode(c, rows, tokens, isStored: false, folds: true).Emit());

    /// <summary>Generates the kernel over stored rows without gaps.</summary>
    /// <param name="rows">What the rows hold.</param>
    /// <param name="tokens">1 to 6.</param>
    /// <returns>A function of a <see cref="FloatTileCall"/>.</returns>
    public static void* BuildStored(TileRows rows, int tokens) =>
        GeneratedCode.Build(c => new FloatTileCode(c, rows, tokens, isStored: true, folds: false).Emit());

    private void Emit()
    {
        _c.mov(rax, Field(nameof(FloatTileCall.X)));
        _c.mov(r10, Field(nameof(FloatTileCall.XStride)));
        _c.mov(r15, Field(nameof(FloatTileCall.W)));
        _c.mov(rbp, Field(nameof(FloatTileCall.Sums)));
        _c.imul(rdi, r10, _tokens);
        _c.lea(rdx, __[rax + (r10 * 2)]);
        _c.add(rdx, r10);
        _c.mov(r9, Field(nameof(FloatTileCall.Steps)));
        if (_isStored)
        {
            _c.mov(r8, Field(nameof(FloatTileCall.RowBytes)));
            _c.lea(r14, __[r8 + (r8 * 2)]);
        }

        if (_folds)
        {
            _c.mov(r12, Field(nameof(FloatTileCall.Y)));
            _c.mov(r13, Field(nameof(FloatTileCall.YStride)));
            _c.lea(r14, __[r13 + (r13 * 2)]);
            _c.mov(rbx, Field(nameof(FloatTileCall.AddMask)));
            _c.kmovw(k2, ebx);
        }

        Label tile = _c.CreateLabel();
        Label loop = _c.CreateLabel();
        _c.Label(ref tile);
        Begin();
        if (!_isStored)
        {
            CallTokens();
        }

        _c.mov(rcx, r15);
        _c.lea(rsi, _isStored ? __[r15 + Ahead] : __[rbp + (LineBytes * _tokens * Rows)]);
        _c.mov(rbx, r9);
        _c.Label(ref loop);
        Step();
        _c.dec(rbx);
        _c.jnz(loop);
        _c.mov(rbx, r9);
        _c.shl(rbx, 6);
        _c.sub(rax, rbx);
        _c.sub(rdx, rbx);
        if (_folds)
        {
            Fold();
        }
        else
        {
            ForEachSum((s, at) => _c.vmovups(at, s));
        }

        _c.add(rbp, LineBytes * _tokens * Rows);
        _c.lea(r15, _isStored ? __[r15 + (r8 * Rows)] : __[r15 + (Rows * StripRowBytes)]);
        _c.dec(Field(nameof(FloatTileCall.RowTiles)));
        _c.jnz(tile);
    }

    private void Step()
    {
        for (int r = 0; r < Rows; r++)
        {
            LoadRow(GeneratedCode.Zmm[24 + r], r);
        }

        for (int t = 0; t < _tokens; t++)
        {
            AssemblerRegisterZMM x = GeneratedCode.Zmm[28 + (t % 2)];
            _c.vmovups(x, __zmmword_ptr[Token(t, rax, rdx)]);
            for (int r = 0; r < Rows; r++)
            {
                AssemblerRegisterZMM s = GeneratedCode.Zmm[(t * Rows) + r];
                if (_rows == TileRows.BrainPairs)
                {
                    _c.vdpbf16ps(s, GeneratedCode.Zmm[24 + r], x);
                }
                else
                {
                    _c.vfmadd231ps(s, GeneratedCode.Zmm[24 + r], x);
                }
            }
        }

        CallAhead();
        _c.add(rcx, StepBytes);
        _c.add(rax, LineBytes);
        _c.add(rdx, LineBytes);
    }

    private void LoadRow(AssemblerRegisterZMM to, int r)
    {
        switch (_rows)
        {
            case TileRows.Half16:
                _c.vcvtph2ps(to, __ymmword_ptr[Row(r)]);
                break;
            case TileRows.Brain16:
                _c.vpmovzxwd(to, __ymmword_ptr[Row(r)]);
                _c.vpslld(to, to, 16);
                break;
            default:
                _c.vmovups(to, __zmmword_ptr[Row(r)]);
                break;
        }
    }

    // A prefetch beyond the operands is harmless: it never faults.
    private void CallAhead()
    {
        if (_isStored)
        {
            for (int line = 0; line < Rows * StepBytes; line += LineBytes)
            {
                _c.prefetcht0(__byte_ptr[rsi + line]);
            }

            _c.add(rsi, Rows * StepBytes);
            return;
        }

        for (int r = 0; r < Rows; r++)
        {
            _c.prefetcht0(__byte_ptr[rcx + ((Rows + r) * StripRowBytes)]);
        }

        if (_folds)
        {
            return;
        }

        _c.prefetchw(__byte_ptr[rsi]);
        _c.add(rsi, LineBytes);
    }

    private void CallTokens()
    {
        _c.lea(r8, __[rax + rdi]);
        _c.lea(rsi, __[rdx + rdi]);
        for (int t = 0; t < _tokens; t++)
        {
            for (int line = 0; line < LinesPerTile; line++)
            {
                _c.prefetcht0(__byte_ptr[Token(t, r8, rsi) + (LineBytes * line)]);
            }
        }

        _c.add(rdi, LinesPerTile * LineBytes);
    }

    private void Begin()
    {
        Label keep = _c.CreateLabel();
        Label ready = _c.CreateLabel();
        _c.cmp(Field(nameof(FloatTileCall.Keep)), 0);
        _c.jne(keep);
        ForEachSum((s, _) => _c.vpxord(s, s, s));
        _c.jmp(ready);
        _c.Label(ref keep);
        ForEachSum((s, at) => _c.vmovups(s, at));
        _c.Label(ref ready);
        _c.nop();
    }

    // Two tokens at a time, so that a register's halves and quarters are outputs of both: lanes l and l + 8, l + 4, l + 2, l + 1 meet.
    private void Fold()
    {
        _c.lea(r8, __[r13 + (r13 * 4)]);
        for (int t = 0; t < _tokens; t += 2)
        {
            int u = Math.Min(t + 1, _tokens - 1);
            for (int r = 0; r < Rows; r++)
            {
                FoldQuarters(24 + r, (t * Rows) + r, (u * Rows) + r, 0x44, 0xEE);
            }

            // Rows 0 and 2, rows 1 and 3: what the next folds then leave side by side are rows 0 and 1, 2 and 3.
            FoldQuarters(24, 24, 26, 0x88, 0xDD);
            FoldQuarters(25, 25, 27, 0x88, 0xDD);
            _c.vunpcklpd(zmm28, zmm24, zmm25);
            _c.vunpckhpd(zmm29, zmm24, zmm25);
            _c.vaddps(zmm28, zmm28, zmm29);
            _c.vextractf64x4(ymm29, zmm28, 1);
            _c.evex.vshufps(ymm24, ymm28, ymm29, 0x88);
            _c.evex.vshufps(ymm25, ymm28, ymm29, 0xDD);
            _c.evex.vaddps(ymm24, ymm24, ymm25);
            _c.vextractf32x4(xmm25, ymm24, 1);
            Write(t, xmm24);
            if (u > t)
            {
                Write(u, xmm25);
            }
        }

        _c.add(r12, Rows * sizeof(float));
    }

    private void FoldQuarters(int to, int a, int b, byte low, byte high)
    {
        _c.vshuff32x4(zmm30, GeneratedCode.Zmm[a], GeneratedCode.Zmm[b], low);
        _c.vshuff32x4(zmm31, GeneratedCode.Zmm[a], GeneratedCode.Zmm[b], high);
        _c.vaddps(GeneratedCode.Zmm[to], zmm30, zmm31);
    }

    private void Write(int token, AssemblerRegisterXMM four)
    {
        AssemblerMemoryOperand y = token switch
        {
            0 => __xmmword_ptr[r12],
            1 => __xmmword_ptr[r12 + r13],
            2 => __xmmword_ptr[r12 + (r13 * 2)],
            3 => __xmmword_ptr[r12 + r14],
            4 => __xmmword_ptr[r12 + (r13 * 4)],
            _ => __xmmword_ptr[r12 + r8],
        };
        _c.evex.vaddps(four.k2, four, y);
        _c.evex.vmovups(y, four);
    }

    private void ForEachSum(Action<AssemblerRegisterZMM, AssemblerMemoryOperand> move)
    {
        for (int i = 0; i < _tokens * Rows; i++)
        {
            move(GeneratedCode.Zmm[i], __zmmword_ptr[rbp + (LineBytes * i)]);
        }
    }

    private AssemblerMemoryOperand Row(int r) => (_isStored, r) switch
    {
        (false, _) => __[rcx + (r * StripRowBytes)],
        (_, 0) => __[rcx],
        (_, 1) => __[rcx + r8],
        (_, 2) => __[rcx + (r8 * 2)],
        _ => __[rcx + r14],
    };

    private static AssemblerMemoryOperand Token(int t, AssemblerRegister64 first, AssemblerRegister64 fourth) => (t % 3) switch
    {
        0 => __[t < 3 ? first : fourth],
        1 => __[(t < 3 ? first : fourth) + r10],
        _ => __[(t < 3 ? first : fourth) + (r10 * 2)],
    };

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<FloatTileCall>(name)];
}
