// What the program needs of MPI. Communicators, types and requests are macros with casts in one library
// and numbers in another: these functions hide them.
#ifndef TD_MPI_SHIM_H
#define TD_MPI_SHIM_H

#include <mpi.h>
#include <stdlib.h>

// Starts MPI for calls from any thread, one at a time; 0, or what went wrong.
static inline int td_mpi_start(int *rank, int *count) {
  int provided = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (code != MPI_SUCCESS) return code;
  if (provided < MPI_THREAD_SERIALIZED) return -1;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return MPI_Comm_size(MPI_COMM_WORLD, count);
}

static inline void td_mpi_finish(void) { MPI_Finalize(); }

static inline void td_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

// Begins to send; the numbers have to stay where they are until the request is done. NULL on failure.
static inline void *td_mpi_send(const double *numbers, int count, int rank, int tag) {
  MPI_Request *request = malloc(sizeof(MPI_Request));
  if (!request) return NULL;
  if (MPI_Isend(numbers, count, MPI_DOUBLE, rank, tag, MPI_COMM_WORLD, request) != MPI_SUCCESS) {
    free(request);
    return NULL;
  }
  return request;
}

// The same of receiving as many numbers as td_mpi_arrived has told.
static inline void *td_mpi_receive(double *numbers, int count, int rank, int tag) {
  MPI_Request *request = malloc(sizeof(MPI_Request));
  if (!request) return NULL;
  if (MPI_Irecv(numbers, count, MPI_DOUBLE, rank, tag, MPI_COMM_WORLD, request) != MPI_SUCCESS) {
    free(request);
    return NULL;
  }
  return request;
}

// Whether a request is done, which is then given back: 1, 0, or −1 where it failed.
static inline int td_mpi_is_done(void *request) {
  int done = 0;
  if (MPI_Test((MPI_Request *)request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return -1;
  if (done) free(request);
  return done;
}

// How many numbers have arrived from a rank, or from any for −1; −1 for none yet. Who sent them goes to
// `source`.
static inline int td_mpi_arrived(int rank, int tag, int *source) {
  int flag = 0, count = 0;
  MPI_Status status;
  int from = rank < 0 ? MPI_ANY_SOURCE : rank;
  if (MPI_Iprobe(from, tag, MPI_COMM_WORLD, &flag, &status) != MPI_SUCCESS || !flag) return -1;
  MPI_Get_count(&status, MPI_DOUBLE, &count);
  *source = status.MPI_SOURCE;
  return count;
}

#endif
