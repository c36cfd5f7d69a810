using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>The one place where float kernels choose their instruction set.</summary>
internal static unsafe class LaneJobs
{
    /// <summary>Runs all units of a region on the pool with the lanes of the context's instruction set.</summary>
    /// <typeparam name="TJob">The region.</typeparam>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="units">Units.</param>
    /// <param name="job">Shared state.</param>
    public static void Run<TJob>(KernelContext context, int units, ref TJob job)
        where TJob : struct, ILaneJob<TJob>, allows ref struct
    {
        switch (context.Features.Isa)
        {
            case Isa.Avx512:
                context.Pool.Run(units, ref job, &TJob.Run<Lanes512>);
                break;
            case Isa.Avx2:
                context.Pool.Run(units, ref job, &TJob.Run<Lanes256>);
                break;
            case Isa.Neon:
                context.Pool.Run(units, ref job, &TJob.Run<Lanes128>);
                break;
            default:
                context.Pool.Run(units, ref job, &TJob.Run<ScalarLanes>);
                break;
        }
    }

    /// <summary>Runs a region of one unit on the caller's thread.</summary>
    /// <typeparam name="TJob">The region.</typeparam>
    /// <param name="features">Instruction set.</param>
    /// <param name="job">State.</param>
    public static void RunHere<TJob>(CpuFeatures features, ref TJob job)
        where TJob : struct, ILaneJob<TJob>, allows ref struct
    {
        switch (features.Isa)
        {
            case Isa.Avx512:
                TJob.Run<Lanes512>(ref job, 0, 0);
                break;
            case Isa.Avx2:
                TJob.Run<Lanes256>(ref job, 0, 0);
                break;
            case Isa.Neon:
                TJob.Run<Lanes128>(ref job, 0, 0);
                break;
            default:
                TJob.Run<ScalarLanes>(ref job, 0, 0);
                break;
        }
    }
}
