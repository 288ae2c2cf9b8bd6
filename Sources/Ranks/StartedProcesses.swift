package import Diagnostics
import Glibc

/// Whether a launcher of MPI has started this process beside others.
private var isOneOfMany: Bool {
  let counts = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].compactMap { count(named: $0) }
  // PMIx tells no number.
  return counts.isEmpty ? getenv("PMIX_RANK") != nil : counts.contains { $0 > 1 }
}

private func count(named name: String) -> Int? {
  getenv(name).flatMap { Int(String(cString: $0)) }
}

/// Which rank this is, and of how many, where the launcher says so: Open MPI's and MPICH's do.
private var told: (rank: Int, count: Int)? {
  for (rank, count) in [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE")]
  {
    if let rank = Ranks.count(named: rank), let count = Ranks.count(named: count),
      (0..<count).contains(rank)
    {
      return (rank, count)
    }
  }
  return nil
}

/// The processes of this run: all ranks where a launcher of MPI has started several, or else this one.
///
/// - Throws: `RankFailure` if MPI does not start, or the program is built without it.
package func startedProcesses() throws(RankFailure) -> any Processes {
  guard isOneOfMany else { return OneProcess() }
  #if MPI
    return try MPIRanks(told: told)
  #else
    throw RankFailure(
      rank: nil,
      message: "this program is built without MPI: every process would do the whole work\n"
        + "  build it with the trait MPI, or start it without mpirun",
      exitCode: 1)
  #endif
}
