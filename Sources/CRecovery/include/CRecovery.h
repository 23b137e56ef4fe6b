void martlet_recovery_placeholder(void);
