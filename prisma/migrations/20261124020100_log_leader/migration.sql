-- Which of several log processes sequences, where the others reach it, and the word by which it knows them.
CREATE TABLE "log_leader" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "address" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_leader_pkey" PRIMARY KEY ("id")
);
